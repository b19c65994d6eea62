import type { FilePart } from '#lib/chat/parts.ts'

/** Where a file can be had: how it looks, or the file itself, to be saved. */
export const urlOfFile = ({ fileId }: Pick<FilePart, 'fileId'>, look?: 'thumb' | 'view') =>
  `/api/files/${fileId}${look ? `?as=${look}` : ''}`
