import type { Transaction } from 'kysely'
import type { Database, Schema } from '../../db/schema.ts'
import { keyOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'

/** How long an upload that no conversation uses is kept. */
const KEEP_UNUSED_MS = 24 * 60 * 60 * 1000
const BATCH = 100

/**
 * Removes what nobody needs: files that no conversation has used for a day, uploads that broke off, and whatever was
 * {@link disown}ed. Marked first and forgotten last, so that a crash between leaves nothing behind. Returns how many.
 */
export async function collectFiles(db: Database, store: FileStore, now: number): Promise<number> {
  await db
    .updateTable('file')
    .set({ status: 'gone' })
    .where('status', 'in', ['kept', 'arriving'])
    .where('touched_at', '<=', now - KEEP_UNUSED_MS)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('file_use').select('file_id').whereRef('file_use.file_id', '=', 'file.id'))),
    )
    .execute()
  return await removeGone(db, store)
}

/** Removes the bytes of all that is gone, then their rows. */
export async function removeGone(db: Database, store: FileStore): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await db
      .selectFrom('file')
      .select(['id', 'sha256'])
      .where('status', '=', 'gone')
      .limit(BATCH)
      .execute()
    if (rows.length === 0) return removed
    await store.remove(
      rows.map(keyOfFile).flatMap((key) => [key, `${key}.view`, `${key}.thumb`, `${key}.text`]),
    )
    const ids = rows.map(({ id }) => id)
    await db.deleteFrom('file').where('id', 'in', ids).execute()
    removed += rows.length
  }
}

/** Takes all files of an owner, whose conversations are erased; {@link removeGone} removes them. */
export async function disown(tx: Transaction<Schema>, owner: string): Promise<void> {
  await tx.updateTable('file').set({ status: 'gone', owner: '' }).where('owner', '=', owner).execute()
}

/** Takes back an upload that no conversation uses. False unless it is the owner's. */
export async function dropUpload(
  db: Database,
  store: FileStore,
  owner: string,
  id: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('file')
    .set({ status: 'gone' })
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('status', '=', 'kept')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('file_use').select('file_id').whereRef('file_use.file_id', '=', 'file.id'))),
    )
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await removeGone(db, store)
  return true
}
