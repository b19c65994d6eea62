import { type Selectable, sql, type Transaction } from 'kysely'
import { byDatabaseClock } from '../../db/database-clock.ts'
import type { Database, Schema } from '../../db/schema.ts'
import { ifWritable } from '../../db/storage-failure.ts'
import type { Receipt } from '../contract.ts'
import { indexMessages } from '../search-index.ts'

/** A run that did not write for this long has lost its process. Heartbeats come every two seconds. */
const STALE_MS = 10_000

/**
 * Marks runs whose process is gone as interrupted and returns how many. With `all`, every running one: right for the
 * embedded database at start, which belongs to one process. Otherwise those without a recent heartbeat.
 */
export async function interruptLostRuns(db: Database, which: { all: boolean }): Promise<number> {
  const now = Date.now()
  // Of all of them none is too young, whatever its clock said.
  const isStale = (on: Database | Transaction<Schema>) =>
    which.all ? sql<boolean>`1 = 1` : sql<boolean>`heartbeat_at < ${byDatabaseClock(on, now - STALE_MS)}`
  // Readers ask too, and reading must not wait for the right to write.
  const suspect = await db
    .selectFrom('run')
    .select('id')
    .where('status', '=', 'running')
    .where(isStale(db))
    .limit(1)
    .executeTakeFirst()
  if (!suspect) return 0
  return await db.transaction().execute(async (tx) => {
    const lost = await tx
      .updateTable('run')
      .set({ status: 'lost', ended_at: now })
      .where('status', '=', 'running')
      .where(isStale(tx))
      .returning(['id', 'message_id', 'started_at', 'heartbeat_at'])
      .execute()
    for (const run of lost) await keepReceipt(tx, run)
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

/** The same for those who only read: where the database cannot be written just now, they read what is there. Returns how many. */
export async function noticeLostRuns(db: Database): Promise<number> {
  return (await ifWritable(interruptLostRuns(db, { all: false }))) ?? 0
}

type Lost = Pick<Selectable<Schema['run']>, 'id' | 'message_id' | 'started_at' | 'heartbeat_at'>

/** What is known of a run whose process has gone; should that come back, it writes the whole receipt. */
async function keepReceipt(tx: Transaction<Schema>, run: Lost): Promise<void> {
  const asked = await tx
    .selectFrom('message')
    .select('model_asked')
    .where('id', '=', run.message_id)
    .executeTakeFirst()
  const receipt: Omit<Receipt, 'runId' | 'number'> = {
    modelAsked: asked?.model_asked ?? null,
    modelAnswered: null,
    modelServed: null,
    upstream: null,
    attempts: null,
    requestId: null,
    httpStatus: null,
    startedAt: run.started_at,
    firstTokenMs: null,
    // Until it was last heard of.
    durationMs: Math.max(0, run.heartbeat_at - run.started_at),
    tokens: null,
    rawBytes: 0,
    rawSha256: null,
    isRawKept: false,
  }
  await tx
    .updateTable('run')
    .set({ receipt: JSON.stringify(receipt) })
    .where('id', '=', run.id)
    .where('receipt', 'is', null)
    .execute()
}
