/** What a model did on the way to its answer, what it rests on, and what can be switched on. */
const en = {
  /** By tool: while it runs, afterwards, and where it failed or broke off. */
  webSearch: { running: 'Searching the web', done: 'Searched the web', tried: 'Web search' },
  codeInterpreter: { running: 'Running code', done: 'Ran code', tried: 'Running code' },
  imageGeneration: { running: 'Making an image', done: 'Made an image', tried: 'Making an image' },
  /** With the name of a tool that the site does not know. */
  other: { running: 'Using {name}', done: 'Used {name}', tried: 'Using {name}' },
  failed: 'Failed',
  unfinished: 'Did not finish',
  input: 'Input',
  output: 'Output',
  code: 'Code',
  queries: 'Searched for',
  pages: 'Pages looked at',
  prompt: 'What was drawn',
  sources: 'Sources',
  hints: {
    web_search: 'Looks up today’s pages and cites them',
    code_interpreter: 'Calculates and reads data with Python',
    image_generation: 'Draws pictures, and changes them',
  },
  about: 'OpenAI runs these and bills each use.',
  modelHasNone: '{model} has none of these. Choose another model to use them.',
  siteHasNone: 'OpenAI’s own tools are not offered on this site.',
  notTemporary: 'Not in a temporary chat, where nothing is kept',
}

const zhCN: typeof en = {
  webSearch: { running: '正在搜索网页', done: '搜索了网页', tried: '搜索网页' },
  codeInterpreter: { running: '正在运行代码', done: '运行了代码', tried: '运行代码' },
  imageGeneration: { running: '正在生成图片', done: '生成了图片', tried: '生成图片' },
  other: { running: '正在使用 {name}', done: '使用了 {name}', tried: '使用 {name}' },
  failed: '失败',
  unfinished: '未完成',
  input: '输入',
  output: '输出',
  code: '代码',
  queries: '搜索内容',
  pages: '看过的网页',
  prompt: '画的内容',
  sources: '来源',
  hints: {
    web_search: '查找最新网页，并注明出处',
    code_interpreter: '用 Python 计算、分析数据',
    image_generation: '画图，也能修改图片',
  },
  about: '由 OpenAI 运行，每次使用另行收费。',
  modelHasNone: '{model} 没有这些工具，换一个模型就能用。',
  siteHasNone: '本站没有开放 OpenAI 自带的工具。',
  notTemporary: '临时对话什么都不保存，不能生成图片',
}

export const toolTexts = { en, 'zh-CN': zhCN }
