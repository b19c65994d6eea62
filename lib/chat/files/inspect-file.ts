import { SiteError } from '../../site-error.ts'
import { imageTypeOf, makeLooks } from './image-looks.ts'
import { readPdf } from './read-pdf.ts'
import { readText } from './read-text.ts'

/** What a file is, told by its content alone, and what is kept beside it. */
export interface Inspected {
  mediaType: string
  width?: number
  height?: number
  pages?: number
  /** Length of the text that was read out of it. */
  textChars?: number
  /** More to be stored, by the name behind the file's key. */
  beside: { [suffix in Beside]?: Uint8Array }
}
export type Beside = 'view' | 'thumb' | 'text'

/** A file may begin with something else than its mark; readers look for it in so many bytes (ISO 32000, annex H). */
const PDF_HEAD_BYTES = 1024

/** Looks into a file. Throws {@link SiteError}: 415 for kinds that cannot be attached, 422 for what cannot be read. */
export async function inspectFile(bytes: Uint8Array): Promise<Inspected> {
  if (bytes.length === 0) throw new SiteError(422, 'file_empty', 'This file is empty.')
  const imageType = imageTypeOf(bytes)
  if (imageType) return await inspectImage(bytes, imageType)
  const pdfAt = Buffer.from(bytes.subarray(0, PDF_HEAD_BYTES)).indexOf('%PDF-')
  if (pdfAt === 0) return await inspectPdf(bytes)
  const text = readText(bytes)
  if (text !== null) {
    return { mediaType: 'text/plain', textChars: text.length, beside: { text: Buffer.from(text) } }
  }
  if (pdfAt > 0) return await inspectPdf(bytes)
  throw new SiteError(
    415,
    'file_kind',
    'Only images (PNG, JPEG, WebP, GIF), PDFs and text files can be attached.',
  )
}

async function inspectImage(bytes: Uint8Array, mediaType: string): Promise<Inspected> {
  try {
    const { width, height, view, thumb } = await makeLooks(bytes)
    return { mediaType, width, height, beside: { view: view.bytes, thumb } }
  } catch (cause) {
    throw new SiteError(422, 'file_broken', 'This image is broken, or larger than 120 megapixels.', { cause })
  }
}

async function inspectPdf(bytes: Uint8Array): Promise<Inspected> {
  const pdf = await readPdf(bytes)
  if (pdf === null) throw new SiteError(422, 'file_broken', 'This PDF is broken and cannot be opened.')
  if (pdf === 'locked') {
    throw new SiteError(422, 'file_locked', 'This PDF wants a password. Save it without one first.')
  }
  const { pages, text } = pdf
  const beside = { text: Buffer.from(text) }
  return { mediaType: 'application/pdf', pages, textChars: text.length, beside }
}
