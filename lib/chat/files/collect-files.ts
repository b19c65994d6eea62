import type { ExpressionBuilder, Transaction } from 'kysely'
import { DAY_MS } from '../../day.ts'
import type { Expiring } from '../../db/expiring.ts'
import type { Database, Schema } from '../../db/schema.ts'
import { keyOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'

const BATCH = 100

/**
 * What nobody needs: files that no conversation has used for so many days, uploads that broke off, and whatever was
 * {@link disown}ed. Marked first and forgotten last, so that a crash between leaves nothing behind.
 */
export function unusedFiles(store: FileStore, days: number): Expiring {
  const isDue = (eb: ExpressionBuilder<Schema, 'file'>, now: number) =>
    eb.and([
      eb('status', 'in', ['kept', 'arriving']),
      eb('touched_at', '<=', now - days * DAY_MS),
      isUnused(eb),
    ])
  return {
    async count(db, now) {
      const { count } = await db
        .selectFrom('file')
        .select((eb) => eb.fn.countAll().as('count'))
        .where((eb) => eb.or([eb('status', '=', 'gone'), isDue(eb, now)]))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async erase(db, now, limit) {
      await db
        .updateTable('file')
        .set({ status: 'gone' })
        .where((eb) => isDue(eb, now))
        .execute()
      return await removeSome(db, store, limit)
    },
  }
}

const isUnused = (eb: ExpressionBuilder<Schema, 'file'>) =>
  eb.not(eb.exists(eb.selectFrom('file_use').select('file_id').whereRef('file_use.file_id', '=', 'file.id')))

/** Removes the bytes of all that is gone, then their rows. */
export async function removeGone(db: Database, store: FileStore): Promise<void> {
  while ((await removeSome(db, store, BATCH)) === BATCH);
}

async function removeSome(db: Database, store: FileStore, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('file')
    .select(['id', 'sha256'])
    .where('status', '=', 'gone')
    .limit(limit)
    .execute()
  if (rows.length === 0) return 0
  await store.remove(
    rows.map(keyOfFile).flatMap((key) => [key, `${key}.view`, `${key}.thumb`, `${key}.text`]),
  )
  const ids = rows.map(({ id }) => id)
  await db.deleteFrom('file').where('id', 'in', ids).execute()
  return rows.length
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
    .where(isUnused)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await removeGone(db, store)
  return true
}
