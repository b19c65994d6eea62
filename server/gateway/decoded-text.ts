import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib'

/** What it may unpack to: an error is short, and a bomb is not an error. */
const MAX_TEXT_BYTES = 64 * 1024

/** The text of an answer's body, or of its beginning; empty when its encoding is unknown or broken. */
export function decodedText(chunks: readonly Buffer[], encoding: string | undefined): string {
  try {
    return unpack(Buffer.concat(chunks), encoding?.trim().toLowerCase()).toString('utf8')
  } catch {
    return ''
  }
}

function unpack(bytes: Buffer, encoding: string | undefined): Buffer {
  const lenient = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_TEXT_BYTES }
  switch (encoding) {
    case undefined:
    case 'identity':
      return bytes
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, lenient)
    case 'deflate':
      return inflateSync(bytes, lenient)
    case 'br':
      return brotliDecompressSync(bytes, {
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        maxOutputLength: MAX_TEXT_BYTES,
      })
    default:
      return Buffer.of()
  }
}
