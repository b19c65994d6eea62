import { createHash } from 'node:crypto'
import { piecesOfFile } from '../chat/files/file-bytes.ts'
import type { FileRow } from '../chat/files/file-rows.ts'
import type { FileStore } from '../chat/files/file-store.ts'
import { FILE_PIECE } from '../db/backup/backup-tables.ts'
import { type BackupSum, dumpDatabase } from '../db/backup/dump-database.ts'
import type { Database } from '../db/schema.ts'

/** What a backup of the site holds. */
export interface SiteSum extends BackupSum {
  /** Absent from a backup without files. `missing`: rows whose bytes were not to be found. */
  files?: { count: number; bytes: number; missing: number }
}

/**
 * The whole site as lines of JSON: its database as {@link dumpDatabase} has it, then the bytes of its files, one after the
 * other, unless `store` is null. The same content gives the same lines, whichever database and store it lies in. Returns
 * the sum, of which the hash is over all lines but the first.
 */
export async function* dumpSite(db: Database, store: FileStore | null): AsyncGenerator<string, SiteSum> {
  const hash = createHash('sha256')
  const files: FileRow[] = []
  const dump = dumpDatabase(db)
  let isHead = true
  let next = await dump.next()
  for (; !next.done; next = await dump.next()) {
    if (!isHead) hash.update(next.value).update('\n')
    isHead = false
    if (store && next.value.startsWith('["file",')) files.push(JSON.parse(next.value)[1])
    yield next.value
  }
  const { rows } = next.value
  if (!store) return { rows, sha256: hash.digest('hex') }
  // Without the transaction of the rows: bytes never change, and writers should not wait so long for room in the log.
  const sum = { count: 0, bytes: 0, missing: 0 }
  for (const file of files) {
    let isThere = false
    for await (const piece of piecesOfFile(store, file)) {
      const line = JSON.stringify([FILE_PIECE, piece])
      hash.update(line).update('\n')
      isThere = true
      yield line
    }
    if (isThere) {
      sum.count++
      sum.bytes += file.bytes
    } else if (file.status === 'kept') sum.missing++
  }
  return { rows, files: sum, sha256: hash.digest('hex') }
}
