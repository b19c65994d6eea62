import type { Database } from '../../db/schema.ts'
import { findLiveRun } from './live-runs.ts'
import { getRunChannel } from './run-channel.ts'
import { orderStop } from './run-orders.ts'
import { findAnswer } from './run-store.ts'

const STOP_TIMEOUT_MS = 10_000

/**
 * Stops the run that writes an answer, at whichever instance that is, and keeps what was written. Returns when that is
 * durable. False unless the answer is the owner's.
 */
export async function stopAnswer(db: Database, owner: string, answerId: string): Promise<boolean> {
  const found = await findAnswer(db, owner, answerId)
  if (!found) return false
  const run = findLiveRun(answerId)
  if (run) {
    run.stop('stopped')
    await run.finished
  } else if (found.answer.status === 'running') {
    getRunChannel()?.askToStop(answerId)
    await orderStop(db, answerId, STOP_TIMEOUT_MS)
  }
  return true
}
