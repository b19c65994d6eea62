import { log } from '../../log.ts'
import { SiteError } from '../../site-error.ts'
import type { KeepDependencies } from '../files/keep-file.ts'
import { receiveUpload, type Upload } from '../receive-upload.ts'
import { textStream } from '../text-stream.ts'
import { importFile } from './import-file.ts'

/** Exports with all their images are about half of it. */
const MAX_UPLOAD_BYTES = 1_000_000_000

/** Imports at a time, in this process; each may hold a large file on its disk. */
const MAX_AT_ONCE = 4
const importing = new Set<string>()

/**
 * Imports the file that is the body of `request`, of `maxBytes` at most if that is less than anybody may upload; the answer
 * is a line of JSON ({@link ImportEvent}) for each conversation. Throws {@link SiteError}: 429 while the owner or enough
 * others import already, and as `receiveUpload`.
 */
export async function importUpload(
  keep: KeepDependencies,
  owner: string,
  request: Request,
  maxBytes = MAX_UPLOAD_BYTES,
): Promise<ReadableStream<Uint8Array>> {
  if (importing.has(owner) || importing.size >= MAX_AT_ONCE) {
    throw new SiteError(429, 'busy', 'Another import is running. Try again when it has ended.')
  }
  importing.add(owner)
  try {
    const upload = await receiveUpload(request, Math.min(maxBytes, MAX_UPLOAD_BYTES))
    return linesOf(keep, owner, upload)
  } catch (error) {
    importing.delete(owner)
    throw error
  }
}

function linesOf(keep: KeepDependencies, owner: string, upload: Upload): ReadableStream<Uint8Array> {
  const onError = (error: unknown) => log('error', 'import_failed', { error })
  async function* lines() {
    const events = importFile({ ...keep, owner, file: upload.file, now: Date.now(), onError })
    for await (const event of events) yield `${JSON.stringify(event)}\n`
  }
  return textStream(lines(), async () => {
    importing.delete(owner)
    await upload.remove().catch(onError)
  })
}
