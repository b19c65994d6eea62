/** Answers too long to be formatted unasked. */
const en = {
  asWritten: 'So much markup is shown as it was written: formatting it may hold up this page for a while.',
  format: 'Format it all the same',
}

const zhCN: typeof en = {
  asWritten: '这段回答的排版标记太多，先按原文显示：排版可能会让页面卡上一阵。',
  format: '仍要排版',
}

export const longTexts = { en, 'zh-CN': zhCN }
