/** What owners and admins are told of the site's keys. */
const en = {
  title: 'Keys of this site',
  old: 'The key to OpenAI has been in use since {date}. Make a new one, put it in the old one’s place, and delete the old one.',
  failing: 'Since {date} the key to OpenAI cannot be rotated. The one in use goes on working.',
}

const zhCN: typeof en = {
  title: '本站的密钥',
  old: '连接 OpenAI 的密钥自 {date} 起一直在用。请创建新密钥，换下旧的，再把旧的删除。',
  failing: '自 {date} 起，连接 OpenAI 的密钥无法轮换。正在使用的密钥不受影响。',
}

export const keysTexts = { en, 'zh-CN': zhCN }
