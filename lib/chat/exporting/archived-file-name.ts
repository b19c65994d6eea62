import { fileNameOf } from './file-name-of.ts'

/** Where attached files lie in an exported ZIP: `files/`, the id by which messages name them, and their name. */
export const ARCHIVED_FILES = /^files\/([0-9a-f-]{36}) /

export function archivedFileName(fileId: string, name: string): string {
  const [ending = ''] = /\.\w{1,8}$/.exec(name) ?? []
  return `files/${fileId} ${fileNameOf(name.slice(0, name.length - ending.length))}${ending}`
}
