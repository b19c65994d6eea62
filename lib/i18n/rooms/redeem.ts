/** Codes that add to what somebody may use: made in the console, redeemed on the account page. */
const addsEn = {
  tokens: '{amount} tokens',
  cost: '{amount}',
  pass: 'for {days} days: {limits}',
}

const addsZhCN: typeof addsEn = {
  tokens: '{amount} token',
  cost: '{amount}',
  pass: '{days} 天内：{limits}',
}

/** The console's page. */
const consoleEn = {
  title: 'Redeem codes',
  intro:
    'Each code adds once to what one person may use. Credit is drawn on when a limit of tokens or money is used up, until it is gone; time raises limits for some days and never lowers one.',
  batches: 'Batches',
  none: 'No codes yet.',
  counts: '{used} used · {left} left',
  until: 'until {time}',
  ended: 'ended {time}',
  revoke: 'Revoke the rest',
  revokeOf: 'Revoke the rest of {name}',
  revokeSure: 'Revoke for good?',
  makeCredit: 'Create codes that add credit',
  makeTime: 'Create codes that raise limits for a time',
  name: 'Name of the batch',
  count: 'How many',
  validDays: 'Redeemable for (days)',
  forGood: 'no end date',
  tokens: 'Tokens',
  cost: 'US dollars',
  days: 'Raised for (days)',
  notRaised: 'not raised',
  make: 'Create codes',
  made: 'Codes of {name}',
  once: 'Save them now; they are not shown again.',
  copy: 'Copy all',
  copied: 'Copied',
  save: 'Save as CSV',
  column: 'code',
  errors: {
    name: 'Please give a name of at most 80 characters.',
    count: 'Please give a whole number from 1 to 1000.',
    validDays: 'Please give a whole number of days from 1 to 3650, or leave it empty.',
    days: 'Please give a whole number of days from 1 to 3650.',
    tokens: 'Please give a whole number of tokens, or an amount of dollars.',
    cost: 'Please give an amount like 5 or 2.50, or leave it empty.',
    quota: 'Please say which limits are raised, and to what.',
  } as Record<string, string>,
}

const consoleZhCN: typeof consoleEn = {
  title: '兑换码',
  intro:
    '一个兑换码为一个人增加一次可用量。“余额”在 token 或金额的额度用完后开始扣除，扣完为止；“时长”在若干天内提高额度，不会降低任何一项。',
  batches: '批次',
  none: '还没有兑换码。',
  counts: '已用 {used} · 剩余 {left}',
  until: '有效至 {time}',
  ended: '已于 {time} 过期',
  revoke: '作废剩余的码',
  revokeOf: '作废剩余的码：{name}',
  revokeSure: '确定作废？',
  makeCredit: '生成增加余额的兑换码',
  makeTime: '生成限时提高额度的兑换码',
  name: '批次名称',
  count: '数量',
  validDays: '多少天内可兑换',
  forGood: '长期有效',
  tokens: 'token 数',
  cost: '金额（美元）',
  days: '提高多少天',
  notRaised: '保持不变',
  make: '生成兑换码',
  made: '{name} 的兑换码',
  once: '请现在保存，之后不再显示。',
  copy: '全部复制',
  copied: '已复制',
  save: '存为 CSV',
  column: '兑换码',
  errors: {
    name: '请填写名称，最多 80 个字符。',
    count: '请填写 1 到 1000 之间的整数。',
    validDays: '请填写 1 到 3650 之间的天数，或留空。',
    days: '请填写 1 到 3650 之间的天数。',
    tokens: '请填写 token 数（整数），或填写金额。',
    cost: '请填写金额，例如 5 或 2.50，或留空。',
    quota: '请填写要提高哪些额度、提高到多少。',
  },
}

/** The panel of the account page. */
const en = {
  title: 'Redeem a code',
  text: 'A code adds to what you may use. Each works once.',
  code: 'Code',
  submit: 'Redeem',
  added: 'Redeemed: {adds}',
  adds: addsEn,
  errors: { code: 'A code has 24 letters and digits. Please check it.' } as Record<string, string>,
  codes: { wrong_code: 'This code is wrong, too old, or was used.' } as Record<string, string>,
}

const zhCN: typeof en = {
  title: '兑换码',
  text: '每个兑换码可为你增加一次可用量。',
  code: '兑换码',
  submit: '兑换',
  added: '已兑换：{adds}',
  adds: addsZhCN,
  errors: { code: '兑换码由 24 个字母和数字组成，请检查。' },
  codes: { wrong_code: '兑换码不对、已过期或已用过。' },
}

export const redeemConsoleTexts = { en: consoleEn, 'zh-CN': consoleZhCN }
export const redeemTexts = { en, 'zh-CN': zhCN }
