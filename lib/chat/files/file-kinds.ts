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

/** Documents of office programs out of which the browser reads the text, before anything is sent. */
const READABLE_DOCUMENT = /\.((do[ct]|xl[st]|p[op]t|pps)[xm]|o[dt][tsp])$/i

export const isReadableDocument = (name: string) => READABLE_DOCUMENT.test(name)

/** Of a document under this name only the text was taken, which is what the site has. */
export const isTextOfDocument = ({ name, mediaType }: Pick<FilePart, 'name' | 'mediaType'>) =>
  mediaType === 'text/plain' && isReadableDocument(name)

/** The name under which a file is saved: a text that is called `.docx` would not open. */
export const savedName = (file: Pick<FilePart, 'name' | 'mediaType'>) =>
  isTextOfDocument(file) ? `${file.name}.txt` : file.name
