import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SiteError } from '../../site-error.ts'

/** Exports with all their images are about half of it. */
const MAX_UPLOAD_BYTES = 1_000_000_000

export interface Upload {
  file: string
  remove(): Promise<void>
}

/**
 * Writes the body of a request to a temporary file under a name of our own. Throws {@link SiteError} 413 when it is larger
 * than 1 GB, and 400 when there is none; then nothing is left.
 */
export async function receiveUpload(request: Request): Promise<Upload> {
  const tooLarge = () => new SiteError(413, 'too_large', 'The file is larger than 1 GB.')
  if (Number(request.headers.get('content-length') ?? 0) > MAX_UPLOAD_BYTES) throw tooLarge()
  if (!request.body) throw new SiteError(400, 'bad_request', 'Send the file as the body of the request.')
  const { body } = request
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-import-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  const file = path.join(directory, 'upload')
  try {
    await pipeline(
      async function* () {
        let size = 0
        for await (const chunk of body) {
          size += chunk.byteLength
          if (size > MAX_UPLOAD_BYTES) throw tooLarge()
          yield chunk
        }
      },
      createWriteStream(file, { mode: 0o600 }),
    )
    return { file, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
