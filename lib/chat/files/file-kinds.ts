import type { FilePart } from '../parts.ts'

/** What browser and site both know of attached files. `POST /api/files` answers with the file's {@link FilePart}. */

/** Most files of one question. */
export const MAX_FILES = 10

/** The header of `POST /api/files` in which the file's name stands, as `encodeURIComponent` writes it. */
export const FILE_NAME_HEADER = 'x-tain-file-name'

export type FileKind = 'image' | 'pdf' | 'text'

export function kindOfFile({ mediaType }: Pick<FilePart, 'mediaType'>): FileKind {
  if (mediaType.startsWith('image/')) return 'image'
  return mediaType === 'application/pdf' ? 'pdf' : 'text'
}
