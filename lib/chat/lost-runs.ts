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
  return await db.transaction().execute(async (tx) => {
    const lost = await tx
      .updateTable('run')
      .set({ status: 'lost', ended_at: now })
      .where('status', '=', 'running')
      .$if(!which.all, (query) => query.where('heartbeat_at', '<', now - STALE_MS))
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
