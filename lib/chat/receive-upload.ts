import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SiteError } from '../site-error.ts'

export interface Upload {
  file: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
  remove(): Promise<void>
}

/**
 * Writes the body of a request to a temporary file under a name of our own. Throws {@link SiteError} 413 when it is larger
 * than `maxBytes`, and 400 when there is none or it breaks off; then nothing is left.
 */
export async function receiveUpload(request: Request, maxBytes: number): Promise<Upload> {
  const tooLarge = () => new SiteError(413, 'too_large', `The file is larger than ${sizeOf(maxBytes)}.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) throw new SiteError(400, 'bad_request', 'Send the file as the body of the request.')
  const { body } = request
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-upload-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  const file = path.join(directory, 'upload')
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(
      async function* () {
        for await (const chunk of untilAborted(body)) {
          bytes += chunk.byteLength
          if (bytes > maxBytes) throw tooLarge()
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(file, { mode: 0o600 }),
    )
    return { file, bytes, sha256: hash.digest('hex'), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Whoever sent it has left, or lost the connection; nobody here has failed. */
async function* untilAborted(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk
  } catch (cause) {
    throw new SiteError(400, 'upload_aborted', 'The upload broke off.', { cause })
  }
}

function sizeOf(bytes: number): string {
  if (bytes > 0 && bytes % 1_000_000_000 === 0) return `${bytes / 1_000_000_000} GB`
  if (bytes >= 1024 ** 2) return `${Math.floor(bytes / 1024 ** 2)} MB`
  return bytes >= 1024 ? `${Math.floor(bytes / 1024)} KB` : `${bytes} bytes`
}
