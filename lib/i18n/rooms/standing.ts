/** What a person may use and what is left of it: on the account page, and briefly at the composer. */
const en = {
  title: 'Your limits',
  intro: 'Set by whoever runs this site.',
  none: 'You have no limits here.',
  limits: {
    messagesPerHour: 'Messages this hour',
    tokensPerDay: 'Tokens today',
    tokensPerMonth: 'Tokens this month',
    costPerDay: 'Budget today',
    costPerMonth: 'Budget this month',
    streams: 'Answers at a time',
    models: 'Models',
    uploadBytes: 'Largest file',
  },
  left: '{left} of {most} left',
  resets: 'resets {time}',
  noModels: 'none',
  credit: 'Credit',
  creditHint: 'drawn on when a limit of tokens or money is used up',
  tokens: '{amount} tokens',
  raised: 'Raised until {time}',
  hint: '{limit}: {left} of {most} left, resets {time}',
  more: 'Your limits',
}

type StandingTexts = typeof en

const zhCN: StandingTexts = {
  title: '你的额度',
  intro: '由本站运营者设定。',
  none: '你在本站不受限制。',
  limits: {
    messagesPerHour: '本小时消息',
    tokensPerDay: '今日 token',
    tokensPerMonth: '本月 token',
    costPerDay: '今日预算',
    costPerMonth: '本月预算',
    streams: '同时进行的回答',
    models: '模型',
    uploadBytes: '单个文件上限',
  },
  left: '剩余 {left}，共 {most}',
  resets: '{time} 恢复',
  noModels: '无',
  credit: '余额',
  creditHint: 'token 或金额的额度用完后开始扣除',
  tokens: '{amount} token',
  raised: '提额至 {time}',
  hint: '{limit}剩余 {left}，共 {most}，{time} 恢复',
  more: '我的额度',
}

export const standingTexts = { en, 'zh-CN': zhCN }
