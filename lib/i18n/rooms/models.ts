/** The list of models. */
const en = {
  title: 'Models',
  forThis: 'Send this message to',
  search: 'Search models',
  loading: 'Asking for the models…',
  nothing: 'No model has that name.',
  failed: 'Upstream did not tell its models just now; there may be more than these.',
  retry: 'Ask again',
  isDefault: 'Default',
  vision: 'Reads images',
  reasoning: 'Thinks first',
  tools: 'Uses tools',
  context: 'Reads up to {tokens} tokens at once',
  contextLabel: 'Context in tokens:',
  priceHint: 'US dollars for a million tokens read and written:',
}

const zhCN: typeof en = {
  title: '模型',
  forThis: '这条消息交给',
  search: '搜索模型',
  loading: '正在获取模型列表……',
  nothing: '没有叫这个名字的模型。',
  failed: '上游暂时没有给出模型列表，可能还有别的模型。',
  retry: '再试一次',
  isDefault: '默认',
  vision: '能看图片',
  reasoning: '先思考再回答',
  tools: '能用工具',
  context: '一次最多读 {tokens} 个 token',
  contextLabel: '上下文 token 数：',
  priceHint: '每百万 token 读入与写出的价格（美元）：',
}

export const modelsTexts = { en, 'zh-CN': zhCN }
