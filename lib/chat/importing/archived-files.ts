import { openAsBlob } from 'node:fs'
import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js'
import { ARCHIVED_FILES } from '../exporting/archived-file-name.ts'
import { unpack } from './import-sources.ts'
import { ImportStop } from './json-elements.ts'

/** The attached files that lie in a ZIP of this program's own export. */
export interface ArchivedFiles {
  /** The bytes of a file, by the id it had; null when they are not there, damaged, or more than `maxBytes`. */
  read(fileId: string, maxBytes: number): Promise<Uint8Array | null>
  close(): Promise<void>
}

/** Opens the files of an upload; one that is no ZIP has none. The ZIP is looked into when the first file is asked for. */
export function openArchivedFiles(file: string): ArchivedFiles {
  let zip: ZipReader<Blob> | undefined
  let entries: Promise<Map<string, FileEntry>> | undefined

  async function list(): Promise<Map<string, FileEntry>> {
    const found = new Map<string, FileEntry>()
    try {
      zip = new ZipReader(new BlobReader(await openAsBlob(file)))
      for await (const entry of zip.getEntriesGenerator()) {
        const id = ARCHIVED_FILES.exec(entry.filename)?.[1]
        if (id !== undefined && !entry.directory && !entry.encrypted) found.set(id, entry)
      }
    } catch {
      // Whoever reads the conversations says what is wrong with it.
    }
    return found
  }
  return {
    async read(fileId, maxBytes) {
      entries ??= list()
      const entry = (await entries).get(fileId)
      if (!entry || entry.uncompressedSize > maxBytes) return null
      return await unpackAtMost(entry, maxBytes)
    },
    close: async () => await zip?.close().catch(() => undefined),
  }
}

/** A ZIP can lie about sizes. */
async function unpackAtMost(entry: FileEntry, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const count = (bytes: number) => {
      size += bytes
      if (size > maxBytes) throw new ImportStop('too_large')
    }
    for await (const chunk of unpack(entry, count)) chunks.push(chunk)
  } catch {
    return null
  }
  return Buffer.concat(chunks)
}
