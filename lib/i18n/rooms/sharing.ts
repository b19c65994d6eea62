/** The page of a share, which strangers read. */
const pageEn = {
  question: 'Question',
  eyebrow: 'Shared conversation · AI-generated',
  snapshot: 'Copied on {date}. What was said afterwards is not in it.',
  empty: 'There is no text in this message.',
  unfinished: 'The answer ends here unfinished.',
  files: {
    one: 'One file of this message is not shared.',
    other: '{count} files of this message are not shared.',
  },
  sources: 'Sources',
  model: 'Answer by {model}',
  continueTitle: 'Continue from here',
  continueAbout: 'You get a copy of your own. Whoever shared this does not see what you ask.',
  continue: 'Continue this conversation',
  gone: {
    title: 'This shared link does not work',
    text: 'It was withdrawn, has expired, or never existed; the site does not say which. Whoever shared the conversation can share it again.',
    home: 'To the home page',
  },
}

const pageZhCN: typeof pageEn = {
  question: '问题',
  eyebrow: '分享的对话 · AI 生成',
  snapshot: '这是 {date} 的副本，此后的内容不在其中。',
  empty: '这条消息里没有文字。',
  unfinished: '回答到此为止，没有写完。',
  files: { one: '这条消息里有 1 个文件没有分享。', other: '这条消息里有 {count} 个文件没有分享。' },
  sources: '来源',
  model: '由 {model} 回答',
  continueTitle: '接着聊',
  continueAbout: '你会得到一份自己的副本。分享者看不到你接下来问的内容。',
  continue: '继续这段对话',
  gone: {
    title: '这个分享链接打不开',
    text: '链接已被撤回、已经过期，或者从未存在；本站不说明是哪一种。分享的人可以重新分享一次。',
    home: '去首页',
  },
}

/** The dialog in which one shares, and the list of what one has shared. */
const dialogEn = {
  title: 'Share',
  listTitle: 'Your shared links',
  close: 'Close',
  about:
    'Anyone with the link can read a copy of this conversation as it is now. It leaves out your name, your instructions, other branches, files and the model’s reasoning.',
  aboutPart:
    'Anyone with the link can read a copy of this conversation up to the chosen message. It leaves out your name, your instructions, other branches, files and the model’s reasoning.',
  running: 'The answer that is being written is left out. Share again when it has ended.',
  lifetime: 'The link works',
  lifetimes: { 1: 'for a day', 7: 'for a week', 30: 'for 30 days', forever: 'until you withdraw it' },
  create: 'Create a link',
  creating: 'Creating…',
  created: 'The link is ready.',
  link: 'Link',
  copy: 'Copy the link',
  copied: 'Copied',
  open: 'Open the page of “{title}”',
  links: 'Links to this conversation',
  none: 'You have shared nothing yet. You can share a conversation from its bar or its ⋯ menu, or from under any answer.',
  until: 'Shared on {date}, until {end}',
  since: 'Shared on {date}',
  revoke: 'Withdraw',
  revokeNamed: 'Withdraw the link to “{title}” of {date}',
  revoked: 'Withdrawn. The link no longer works.',
  loading: 'Loading…',
  loadFailed: 'Your links could not be loaded. Please try again.',
  retry: 'Try again',
  faults: {
    nothing_to_share: 'There is no answer yet that could be shared.',
    too_many_shares: 'You have very many links already. Withdraw some of them first.',
    not_found: 'This conversation was deleted elsewhere.',
    other: 'That did not work; nothing was changed. Please try again.',
  },
}

const dialogZhCN: typeof dialogEn = {
  title: '分享',
  listTitle: '我分享的链接',
  close: '关闭',
  about:
    '拿到链接的人都能看到这段对话此刻的副本。副本不含你的名字、你对回答的要求、其他分支、文件和模型的思考过程。',
  aboutPart:
    '拿到链接的人都能看到这段对话截至所选消息的副本。副本不含你的名字、你对回答的要求、其他分支、文件和模型的思考过程。',
  running: '正在写的回答不在副本里；写完后可以再分享一次。',
  lifetime: '链接有效期',
  lifetimes: { 1: '一天', 7: '一周', 30: '30 天', forever: '直到我撤回' },
  create: '生成链接',
  creating: '正在生成…',
  created: '链接已生成。',
  link: '链接',
  copy: '复制链接',
  copied: '已复制',
  open: '打开“{title}”的分享页',
  links: '这段对话的链接',
  none: '你还没有分享过对话。可以从对话的顶栏、“⋯”菜单，或任意一条回答下方分享。',
  until: '{date} 分享，{end} 到期',
  since: '{date} 分享',
  revoke: '撤回',
  revokeNamed: '撤回“{title}”在 {date} 分享的链接',
  revoked: '已撤回，链接不再有效。',
  loading: '正在加载…',
  loadFailed: '链接列表没有加载成功，请重试。',
  retry: '重试',
  faults: {
    nothing_to_share: '还没有可以分享的回答。',
    too_many_shares: '你的链接太多了，请先撤回一些。',
    not_found: '这段对话已在别处删除。',
    other: '没有成功，什么都没有改变。请重试。',
  },
}

export const sharePageTexts = { en: pageEn, 'zh-CN': pageZhCN }
export const shareDialogTexts = { en: dialogEn, 'zh-CN': dialogZhCN }
