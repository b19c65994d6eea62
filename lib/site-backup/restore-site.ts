import { FileAssembly } from '../chat/files/file-bytes.ts'
import type { FileStore } from '../chat/files/file-store.ts'
import { indexEverything } from '../chat/search-index.ts'
import { type Restored, restoreDatabase } from '../db/backup/restore-database.ts'
import type { Database } from '../db/schema.ts'

/**
 * Puts a backup of the site into an empty database and its files into `store`, all or nothing. `open` gives its lines from
 * the beginning, and is called twice. Throws as {@link restoreDatabase}.
 */
export async function restoreSite(
  db: Database,
  store: FileStore,
  open: () => AsyncIterable<string>,
): Promise<Restored> {
  const files = new FileAssembly(store)
  try {
    return await restoreDatabase(db, open, {
      takePiece: (piece) => files.take(piece),
      async finish(tx) {
        files.end()
        await indexEverything(tx)
      },
    })
  } catch (error) {
    await files.undo().catch(() => undefined) // The first error is the one to be told.
    throw error
  }
}
