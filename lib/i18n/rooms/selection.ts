/** Several conversations at once. */
const en = {
  select: 'Select',
  bar: 'Selected conversations',
  count: { one: '{count} selected', other: '{count} selected' },
  hint: 'Shift selects everything in between.',
  move: 'Move to a folder',
  archive: 'Archive',
  restore: 'Move back to the list',
  export: 'Export',
  delete: 'Delete',
  cancel: 'End the selection',
  archived: { one: 'One conversation archived.', other: '{count} conversations archived.' },
  deleted: {
    one: 'One conversation deleted. Unless you undo it, it is erased for good after {days}.',
    other: '{count} conversations deleted. Unless you undo it, they are erased for good after {days}.',
  },
  exportFailed: 'The export broke off, so nothing was saved. Please try again.',
  exporting: 'Exporting…',
}

const zhCN: typeof en = {
  select: '选择',
  bar: '选中的对话',
  count: { one: '已选 {count} 个', other: '已选 {count} 个' },
  hint: '按住 Shift 可以选中一段。',
  move: '移到文件夹',
  archive: '归档',
  restore: '移回列表',
  export: '导出',
  delete: '删除',
  cancel: '结束选择',
  archived: { one: '已归档 {count} 个对话。', other: '已归档 {count} 个对话。' },
  deleted: {
    one: '已删除 {count} 个对话。如不撤销，{days}后会从服务器上彻底清除。',
    other: '已删除 {count} 个对话。如不撤销，{days}后会从服务器上彻底清除。',
  },
  exportFailed: '导出中断了，没有保存任何文件。请重试。',
  exporting: '正在导出…',
}

export const selectionTexts = { en, 'zh-CN': zhCN }
