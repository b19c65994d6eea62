/** An image that is opened large. */
const en = {
  label: 'Image',
  close: 'Close',
  previous: 'Previous image',
  next: 'Next image',
  save: 'Save the image',
  larger: 'Actual size',
  smaller: 'Fit to window',
  /** Of an image among several; with its description. */
  place: '{name}, {index} of {count}',
  missing: 'This image is no longer here.',
}

const zhCN: typeof en = {
  label: '图片',
  close: '关闭',
  previous: '上一张',
  next: '下一张',
  save: '保存图片',
  larger: '实际大小',
  smaller: '适应窗口',
  place: '{name}，第 {index} 张，共 {count} 张',
  missing: '这张图片已经不在了。',
}

export const imageTexts = { en, 'zh-CN': zhCN }
