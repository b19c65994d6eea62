/** Folders of conversations: their menus, and what becomes of them. */
const en = {
  newName: 'New folder',
  name: 'Name of the folder',
  newChat: 'New chat in this folder',
  rename: 'Rename',
  delete: 'Delete the folder',
  deleted: 'The folder “{name}” is gone; its conversations are back in the list.',
  move: 'Move to a folder',
  moveTitle: 'Folder',
  none: 'No folder',
  create: 'New folder…',
}

const zhCN: typeof en = {
  newName: '新文件夹',
  name: '文件夹名称',
  newChat: '在此文件夹中新建对话',
  rename: '重命名',
  delete: '删除文件夹',
  deleted: '文件夹“{name}”已删除，里面的对话回到了列表里。',
  move: '移到文件夹',
  moveTitle: '文件夹',
  none: '不放进文件夹',
  create: '新建文件夹…',
}

export const folderTexts = { en, 'zh-CN': zhCN }
