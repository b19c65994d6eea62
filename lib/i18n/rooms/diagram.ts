/** Diagrams in answers. */
const en = {
  alt: 'Diagram ({kind}). Its source can be shown.',
  showSource: 'Show the source',
  showDiagram: 'Show the diagram',
  download: 'Download as SVG',
  enlarge: 'Enlarge',
  smaller: 'Smaller',
  larger: 'Larger',
  fit: 'Fit to the page',
  close: 'Close',
  failed: 'This could not be drawn as a diagram, so its source is shown. {reason}',
}

const zhCN: typeof en = {
  alt: '图表（{kind}），可以查看源代码。',
  showSource: '查看源代码',
  showDiagram: '查看图表',
  download: '下载 SVG',
  enlarge: '放大查看',
  smaller: '缩小',
  larger: '放大',
  fit: '适应页面',
  close: '关闭',
  failed: '画不出这张图表，这里显示它的源代码。{reason}',
}

export const diagramTexts = { en, 'zh-CN': zhCN }
