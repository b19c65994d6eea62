/** What else can be done with a message. */
const en = {
  share: 'Share up to here',
  fork: 'Continue in a new chat',
  report: 'Report this answer',
  forkQuestion: 'Ask again in a new chat',
  forked: '{title} (fork)',
}

const zhCN: typeof en = {
  share: '分享到这里为止',
  fork: '从这里开新对话',
  report: '举报这条回答',
  forkQuestion: '在新对话里重新提问',
  forked: '{title}（分支）',
}

export const messageMenuTexts = { en, 'zh-CN': zhCN }
