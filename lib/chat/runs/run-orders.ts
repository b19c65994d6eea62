import { sql } from 'kysely'
import { byDatabaseClock } from '../../db/database-clock.ts'
import type { Database } from '../../db/schema.ts'
import { processSlot } from '../../process-slot.ts'
import { abortable, type LiveRun } from './live-runs.ts'

/**
 * What people ask of runs at other instances than the one that writes. An order is a mark on the run's row, and whoever
 * writes runs looks for marks, once for all of them.
 */
const LOOK_MS = 500
/** A reader at another instance marks the run at every look of its own; without marks for this long there is none. */
const WATCH_MS = 5_000

interface Heeding {
  db: Database
  runs: Map<string, LiveRun>
  timer: NodeJS.Timeout
}

const slot = processSlot<Map<Database, Heeding>>('run-orders')
slot.value ??= new Map()
const heeding = slot.value

/** Has `run` obey the marks on its row. Returns a function that ends it. */
export function heedOrders(
  db: Database,
  runId: string,
  run: LiveRun,
  onError: (error: unknown) => void,
): () => void {
  const here = heeding.get(db) ?? startLooking(db, onError)
  here.runs.set(runId, run)
  return () => {
    here.runs.delete(runId)
    if (here.runs.size > 0) return
    clearInterval(here.timer)
    heeding.delete(db)
  }
}

function startLooking(db: Database, onError: (error: unknown) => void): Heeding {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    look(here)
      .catch(onError)
      .finally(() => {
        busy = false
      })
  }, LOOK_MS)
  const here: Heeding = { db, runs: new Map(), timer }
  heeding.set(db, here)
  return here
}

async function look({ db, runs }: Heeding): Promise<void> {
  const isWatched = sql<
    boolean | number
  >`coalesce(watched_at > ${byDatabaseClock(db, Date.now() - WATCH_MS)}, false)`
  const marked = await db
    .selectFrom('run')
    .select(['id', 'stop_requested_at', isWatched.as('is_watched')])
    .where('status', '=', 'running')
    .where((eb) => eb.or([eb('stop_requested_at', 'is not', null), eb('watched_at', 'is not', null)]))
    .execute()
  for (const run of runs.values()) run.isWatched = false
  for (const { id, stop_requested_at, is_watched } of marked) {
    const run = runs.get(id)
    if (!run) continue
    if (stop_requested_at !== null) run.stop('stopped')
    run.isWatched = Boolean(is_watched)
  }
}

const ANSWER_POLL_MS = 200

/**
 * Asks whoever writes the answer to stop, and waits until it has, which is durable then, or until `timeoutMs`: a writer
 * that does not obey by then is gone, and its run becomes interrupted.
 */
export async function orderStop(db: Database, messageId: string, timeoutMs: number): Promise<void> {
  const order = await db
    .updateTable('run')
    .set({ stop_requested_at: Date.now() })
    .where('message_id', '=', messageId)
    .where('status', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  const deadline = AbortSignal.timeout(timeoutMs)
  while (order && !deadline.aborted) {
    const row = await db.selectFrom('run').select('status').where('id', '=', order.id).executeTakeFirst()
    if (row?.status !== 'running') return
    await abortable(deadline, (done) => {
      const timer = setTimeout(done, ANSWER_POLL_MS)
      return () => clearTimeout(timer)
    })
  }
}
