import { isObject, type JsonObject } from './openai-shapes.ts'

/** A file that came with a question, as far as the demo can tell without a model. */
export interface Attachment {
  kind: 'image' | 'pdf' | 'text'
  /** Null for images, which have none on their way. */
  name: string | null
  /** Of what came, in its first encoding. */
  bytes: number
  /** Of images. */
  size?: { width: number; height: number } | undefined
  /** Of texts. */
  lines?: number
}

/** As the site frames texts: a heading with the name in JSON, then the text between two marks. */
const FRAMED =
  /^Attached file ("(?:[^"\\]|\\.)*")[^\n]*:\n----- begin (\w+) -----\n([\s\S]*)\n----- end \2 -----$/

/** The attachment that a piece of a message's content is, in the shape of either API; undefined for what was said. */
export function attachmentOf(piece: JsonObject): Attachment | undefined {
  const { type, text } = piece
  if (type === 'image_url' || type === 'input_image') {
    const image = isObject(piece.image_url) ? piece.image_url.url : piece.image_url
    return imageOf(typeof image === 'string' ? image : '')
  }
  if (type === 'file' || type === 'input_file') {
    const { filename, file_data: data } = isObject(piece.file) ? piece.file : piece
    const bytes = bytesOf(typeof data === 'string' ? data : '').length
    return { kind: 'pdf', name: typeof filename === 'string' ? filename : null, bytes }
  }
  const [, name, , content] = (typeof text === 'string' && FRAMED.exec(text)) || []
  if (name === undefined || content === undefined) return undefined
  const lines = content.trimEnd().split('\n').length
  return { kind: 'text', name: JSON.parse(name), bytes: Buffer.byteLength(content), lines }
}

function imageOf(url: string): Attachment {
  const bytes = bytesOf(url)
  return { kind: 'image', name: null, bytes: bytes.length, size: pngSize(bytes) ?? jpegSize(bytes) }
}

const bytesOf = (dataUrl: string) => Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64')

function pngSize(bytes: Buffer): Attachment['size'] {
  if (bytes.length < 24 || bytes.toString('latin1', 1, 4) !== 'PNG') return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** Walks the segments to the one that tells the size (ITU T.81, B.2.2). */
function jpegSize(bytes: Buffer): Attachment['size'] {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const isFrame = /^c[0-35-79-bd-f]$/.test((bytes[at + 1] ?? 0).toString(16))
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
  }
  return undefined
}
