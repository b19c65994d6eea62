/** The settings of one conversation. */
const en = {
  title: 'Conversation settings',
  close: 'Close',
  about: 'For the answers from now on, in this conversation only.',
  model: 'Model',
  modelHint: 'As upstream names it. Empty: the model of this site.',
  instructions: 'Instructions',
  instructionsHint: 'What every answer here should heed, such as a tone, a role or a language.',
  temperature: 'Temperature',
  temperatureHint: '0 is steady, 2 is wild. Some models take none.',
  effort: 'Reasoning effort',
  effortHint: 'How long a reasoning model thinks before it answers.',
  byDefault: 'By default',
  efforts: { none: 'None', minimal: 'Minimal', low: 'Low', medium: 'Medium', high: 'High', xhigh: 'Highest' },
  save: 'Save',
  saving: 'Saving…',
  cancel: 'Cancel',
  notSaved: 'Not saved; nothing was changed. Please try again.',
  wrongModel: 'A model has no spaces in its name.',
}

const zhCN: typeof en = {
  title: '本对话的设置',
  close: '关闭',
  about: '只对本对话中此后的回答生效。',
  model: '模型',
  modelHint: '按上游的名称填写；留空则使用本站的模型。',
  instructions: '对回答的要求',
  instructionsHint: '本对话的每个回答都要遵守，例如语气、角色或语言。',
  temperature: '温度',
  temperatureHint: '0 最稳定，2 最发散。有的模型不支持。',
  effort: '思考强度',
  effortHint: '推理模型回答前思考多久。',
  byDefault: '默认',
  efforts: { none: '不思考', minimal: '极低', low: '低', medium: '中', high: '高', xhigh: '最高' },
  save: '保存',
  saving: '正在保存…',
  cancel: '取消',
  notSaved: '没有保存，什么都没有改变。请重试。',
  wrongModel: '模型名称里不能有空格。',
}

export const conversationSettingsTexts = { en, 'zh-CN': zhCN }
