/** The receipt of an erasure. */
const en = {
  title: 'Everything is erased',
  at: 'Erased for good on {time}:',
  kinds: {
    conversations: 'Conversations',
    messages: 'Questions and answers',
    files: 'Files',
    shares: 'Shared links',
    folders: 'Folders',
    prompts: 'Prompts',
    settings: 'Settings',
    acceptances: 'Acceptances of the terms',
    reports: 'Reports of your own conversations',
    moderation: 'Notes on questions that were refused',
    tokens: 'API tokens',
    links: 'Links to sign-in services',
    sessions: 'Browsers signed in',
  },
  account:
    'Your number on this site was {id}. The site does not keep this receipt; save it if you want to have it.',
  save: 'Save the receipt',
  leave: 'Leave',
}

const zhCN: typeof en = {
  title: '已全部清除',
  at: '{time}，以下内容已彻底清除：',
  kinds: {
    conversations: '对话',
    messages: '问题和回答',
    files: '文件',
    shares: '分享链接',
    folders: '文件夹',
    prompts: '提示词',
    settings: '设置',
    acceptances: '接受条款的记录',
    reports: '对自己对话的举报',
    moderation: '问题被拒绝的记录',
    tokens: 'API 令牌',
    links: '与登录服务的关联',
    sessions: '已登录的浏览器',
  },
  account: '代表你的编号：{id}。本站不保存这份回执，需要的话请自行保存。',
  save: '保存回执',
  leave: '离开',
}

export const erasureTexts = { en, 'zh-CN': zhCN }
