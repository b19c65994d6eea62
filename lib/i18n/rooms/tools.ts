/** What a model did on the way to its answer, and what it rests on. */
const en = {
  /** By tool: while it runs, and afterwards. */
  webSearch: { running: 'Searching the web', done: 'Searched the web' },
  codeInterpreter: { running: 'Running code', done: 'Ran code' },
  imageGeneration: { running: 'Making an image', done: 'Made an image' },
  /** With the name of a tool that the site does not know. */
  other: { running: 'Using {name}', done: 'Used {name}' },
  failed: 'Failed',
  unfinished: 'Did not finish',
  input: 'Input',
  output: 'Output',
  sources: 'Sources',
}

const zhCN: typeof en = {
  webSearch: { running: '正在搜索网页', done: '搜索了网页' },
  codeInterpreter: { running: '正在运行代码', done: '运行了代码' },
  imageGeneration: { running: '正在生成图片', done: '生成了图片' },
  other: { running: '正在使用 {name}', done: '使用了 {name}' },
  failed: '失败',
  unfinished: '未完成',
  input: '输入',
  output: '输出',
  sources: '来源',
}

export const toolTexts = { en, 'zh-CN': zhCN }
