import type { Database } from '../db/schema.ts'
import { indexMessages } from './search-index.ts'

/** A run that did not write for this long has lost its process. Heartbeats come every two seconds. */
const STALE_MS = 10_000

/**
 * Marks runs whose process is gone as interrupted and returns how many. With `all`, every running one: right for the
 * embedded database at start, which belongs to one process. Otherwise those without a recent heartbeat.
 */
export async function interruptLostRuns(db: Database, which: { all: boolean }): Promise<number> {
  const now = Date.now()
  const staleBefore = which.all ? now + 1 : now - STALE_MS
  // Readers ask too, and reading must not wait for the right to write.
  const suspect = await db
    .selectFrom('run')
    .select('id')
    .where('status', '=', 'running')
    .where('heartbeat_at', '<', staleBefore)
    .limit(1)
    .executeTakeFirst()
  if (!suspect) return 0
  return await db.transaction().execute(async (tx) => {
    const lost = await tx
      .updateTable('run')
      .set({ status: 'lost', ended_at: now })
      .where('status', '=', 'running')
      .where('heartbeat_at', '<', staleBefore)
      .returning('message_id')
      .execute()
    const answerIds = lost.map((run) => run.message_id)
    if (answerIds.length > 0) {
      await tx
        .updateTable('message')
        .set({ status: 'interrupted' })
        .where('status', '=', 'running')
        .where('id', 'in', answerIds)
        .execute()
      await indexMessages(tx, answerIds)
    }
    return lost.length
  })
}
