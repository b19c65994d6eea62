/** Tokens for programs, on the account page. */
const en = {
  title: 'API access',
  intro:
    'Use this site from your own programs: it speaks OpenAI’s API. A token belongs to you; what it does counts as yours.',
  none: 'No tokens yet.',
  name: 'What it is for',
  forGood: 'no end date',
  make: 'Create token',
  revoke: 'Revoke',
  revokeOf: 'Revoke {name}',
  revokeSure: 'Revoke for good?',
  made: 'created {time}',
  used: 'last used {time}',
  unused: 'never used',
  ends: 'until {time}',
  ended: 'ended {time}',
  once: 'Copy it now. It is not shown again.',
  how: 'How to use it',
  examples: { curl: 'curl', python: 'Python', typescript: 'TypeScript' },
  yourToken: 'your token',
  label: 'Where the law asks for it, mark what you publish as AI-generated.',
}

type TokenTexts = typeof en

const zhCN: TokenTexts = {
  title: 'API 访问',
  intro: '在自己的程序里使用本站：接口与 OpenAI 的 API 兼容。令牌归你所有，它的用量算在你的账户上。',
  none: '还没有令牌。',
  name: '用途',
  forGood: '长期有效',
  make: '生成令牌',
  revoke: '吊销',
  revokeOf: '吊销：{name}',
  revokeSure: '确定吊销？',
  made: '创建于 {time}',
  used: '最近使用：{time}',
  unused: '从未使用',
  ends: '有效至 {time}',
  ended: '已于 {time} 过期',
  once: '请现在复制，之后不再显示。',
  how: '用法',
  examples: { curl: 'curl', python: 'Python', typescript: 'TypeScript' },
  yourToken: '你的令牌',
  label: '用它生成的内容在公开发布时，请依法标明由 AI 生成。',
}

export const tokenTexts = { en, 'zh-CN': zhCN }
export type { TokenTexts }
