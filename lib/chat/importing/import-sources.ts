import { createReadStream, openAsBlob } from 'node:fs'
import { open } from 'node:fs/promises'
import { BlobReader, configure, type Entry, type FileEntry, ZipReader } from '@zip.js/zip.js'
import { ACCOUNT_FILE } from '../exporting/account-document.ts'
import { ARCHIVED_FILES } from '../exporting/archived-file-name.ts'
import { ImportStop } from './json-elements.ts'

configure({ useWebWorkers: false })

/** What is unpacked of one file at most. Names in it are never used as paths: nothing of it is written to disk. */
const MAX_UNPACKED_BYTES = 8_000_000_000
const MAX_ENTRIES = 500_000

/** The JSON files of an upload that hold conversations: the file itself, or what of a ZIP looks like it. */
export async function* importSources(file: string): AsyncGenerator<AsyncIterable<Uint8Array>> {
  if (!(await isZip(file))) {
    yield createReadStream(file)
    return
  }
  const zip = new ZipReader(new BlobReader(await openAsBlob(file)))
  try {
    let unpacked = 0
    for (const entry of await conversationEntries(zip)) {
      if (entry.encrypted) throw new ImportStop('unreadable_zip')
      yield unpack(entry, (bytes) => {
        unpacked += bytes
        if (unpacked > MAX_UNPACKED_BYTES) throw new ImportStop('too_large')
      })
    }
  } finally {
    await zip.close().catch(() => undefined)
  }
}

async function isZip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.readUInt32BE() === 0x504b0304 || buffer.readUInt32BE() === 0x504b0506
  } finally {
    await handle.close()
  }
}

/** `conversations.json` and its like where there are any, else every JSON file. */
async function conversationEntries(zip: ZipReader<Blob>): Promise<FileEntry[]> {
  const named: FileEntry[] = []
  const others: FileEntry[] = []
  let count = 0
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (++count > MAX_ENTRIES) throw new ImportStop('too_large')
      if (!isJsonFile(entry)) continue
      const isNamed = /(^|\/)conversations([-_]\d+)?\.json$|^conversations\//i.test(entry.filename)
      ;(isNamed ? named : others).push(entry)
    }
  } catch (error) {
    throw error instanceof ImportStop ? error : new ImportStop('unreadable_zip', error)
  }
  return named.length > 0 ? named : others
}

/** What people attached may be JSON as well, and what is kept about them is. */
const isJsonFile = (entry: Entry): entry is FileEntry =>
  !entry.directory &&
  /\.json$/i.test(entry.filename) &&
  !ARCHIVED_FILES.test(entry.filename) &&
  entry.filename !== ACCOUNT_FILE

/** The bytes of an entry as they are unpacked; `count` is told of each piece, and may throw. */
export async function* unpack(entry: FileEntry, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  let failure: unknown
  const done = entry.getData(writable, { checkSignature: true }).catch(async (error: unknown) => {
    failure = error
    await writable.abort(error).catch(() => undefined)
  })
  try {
    for await (const chunk of readable) {
      count(chunk.byteLength)
      yield chunk
    }
  } catch (error) {
    throw error instanceof ImportStop ? error : new ImportStop('unreadable_zip', error)
  }
  await done
  if (failure !== undefined) throw new ImportStop('unreadable_zip', failure)
}
