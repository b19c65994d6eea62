/** Finding one's way in a conversation: its questions, and the search in it. */
const en = {
  find: 'Find in this conversation',
  findPlaceholder: 'Find',
  place: '{index} / {count}',
  nothing: 'Not found',
  previous: 'Previous match',
  next: 'Next match',
  close: 'Close the search',
  questions: 'Questions in this conversation',
}

const zhCN: typeof en = {
  find: '在本对话中查找',
  findPlaceholder: '查找',
  place: '{index} / {count}',
  nothing: '没有找到',
  previous: '上一处',
  next: '下一处',
  close: '关闭查找',
  questions: '本对话里的提问',
}

export const contentsTexts = { en, 'zh-CN': zhCN }
