import { DAY_MS } from '../day.ts'
import type { Database } from '../db/schema.ts'

/** How long a deleted conversation can be brought back before it is erased; the page and the privacy notice say so. */
const KEEP_DELETED_MS = 30 * DAY_MS
/** Conversations erased in one transaction, so that nobody else waits long for the database. */
const BATCH = 100

/** Erases conversations that were deleted 30 days before `now`, with everything in them; returns how many. */
export async function purgeDeleted(db: Database, now: number): Promise<number> {
  let erased = 0
  for (;;) {
    const batch = await purgeBatch(db, now - KEEP_DELETED_MS)
    erased += batch
    if (batch < BATCH) return erased
  }
}

async function purgeBatch(db: Database, deletedBefore: number): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('conversation')
      .select('id')
      .where('deleted_at', '<=', deletedBefore)
      .limit(BATCH)
      .execute()
    if (due.length === 0) return 0
    const ids = due.map(({ id }) => id)
    // SQLite cascades at most 1,000 levels deep, and a long conversation is a deeper tree than that.
    await tx.updateTable('message').set({ parent_id: null }).where('conversation_id', 'in', ids).execute()
    await tx.deleteFrom('conversation').where('id', 'in', ids).execute()
    return ids.length
  })
}
