/** A chat of which the site keeps nothing. */
const en = {
  title: 'Temporary chat',
  intro:
    'Nothing of this chat is stored on this site’s server: not the questions, not the answers, not in its logs. It lives in this page and is gone when you close it or load it anew.',
  limits:
    'Attached files, search, sharing and export need a chat that is kept. The company whose model answers may keep what it is sent, by its own rules.',
  note: 'Temporary chat · not stored by this site, gone when you leave',
}

const zhCN: typeof en = {
  title: '临时对话',
  intro:
    '这段对话不会存到本站服务器上：问题、回答都不保存，也不写入日志。它只在这个页面里，关闭或刷新后就没有了。',
  limits: '附件、搜索、分享和导出需要保存的对话。提供模型的公司可能按它自己的规则保留收到的内容。',
  note: '临时对话 · 本站不保存，离开即消失',
}

export const temporaryTexts = { en, 'zh-CN': zhCN }
