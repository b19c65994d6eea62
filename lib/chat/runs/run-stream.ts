import type { Database } from '../../db/schema.ts'
import type { Conversation, RunEvent } from '../contract.ts'
import { findConversation } from '../conversations.ts'
import { toEventStream } from '../event-stream.ts'
import { findLiveRun, type ReadableRun } from './live-runs.ts'
import { noticeLostRuns } from './lost-runs.ts'
import { placeWithin, toSeq } from './run-place.ts'
import { findAnswer } from './run-store.ts'
import { StoredRun } from './stored-run.ts'
import type { Turn } from './turn.ts'

/**
 * Attaches to the run of an answer, wherever it is written. A reader who has everything up to the sequence number `after`
 * gets what came behind it, then `end`; everybody else gets `start` with the message as it stands first. Null unless the
 * answer is the owner's. Cancelling the stream never stops the run.
 */
export async function attachRun(
  db: Database,
  owner: string,
  answerId: string,
  after?: number,
): Promise<ReadableStream<Uint8Array> | null> {
  let found = await findAnswer(db, owner, answerId)
  if (found?.answer.status === 'running' && !findLiveRun(answerId)) {
    if ((await noticeLostRuns(db)) > 0) found = await findAnswer(db, owner, answerId)
  }
  if (!found) return null
  const run = findLiveRun(answerId) ?? new StoredRun(db, owner, found)
  return readable(db, owner, found.conversation, answerId, run, after)
}

/** Attaches to the run of a turn that was just stored here: see {@link attachRun}. */
export async function attachTurn(
  db: Database,
  owner: string,
  { conversation, answer, run }: Turn,
): Promise<ReadableStream<Uint8Array> | null> {
  const live = run && findLiveRun(answer.id)
  // What was just written need not be read again, before the first word.
  return live ? readable(db, owner, conversation, answer.id, live) : await attachRun(db, owner, answer.id)
}

function readable(
  db: Database,
  owner: string,
  conversation: Conversation,
  answerId: string,
  run: ReadableRun,
  after?: number,
): ReadableStream<Uint8Array> {
  const detached = new AbortController()

  /** What has become of the conversation while the answer was being written. */
  async function sinceStart() {
    const next = await findNext(db, answerId)
    const now =
      conversation.titleSource === 'question' && (await findConversation(db, owner, conversation.id))
    return { ...next, ...(now && now.titleSource !== 'question' && { conversation: now }) }
  }

  async function* events(): AsyncGenerator<{ seq: number; event: RunEvent }> {
    let at = after === undefined ? undefined : placeWithin(run.number, after)
    // Somebody may have seen more than what survived a crash, or the end itself; what is here now replaces it.
    if (at === undefined || at > run.length) {
      at = run.length
      yield { seq: toSeq(run.number, at), event: { type: 'start', conversation, message: run.snapshot() } }
    }
    for await (const { place, event } of run.follow(at, detached.signal)) {
      const seq = toSeq(run.number, place)
      yield { seq, event: event.type === 'end' ? { ...event, ...(await sinceStart()) } : event }
    }
  }
  return toEventStream(events(), () => detached.abort())
}

/** By then every reader of an answer has read its end. */
const NEXT_MS = 60_000

/** The answer to the question that had waited for the end of this one; it may have ended, too. */
async function findNext(db: Database, answerId: string): Promise<{ nextId?: string }> {
  const next = await db
    .selectFrom('message as question')
    .innerJoin('message as answer', 'answer.parent_id', 'question.id')
    .select('answer.id')
    .where('question.parent_id', '=', answerId)
    .where('answer.created_at', '>', Date.now() - NEXT_MS)
    .orderBy('answer.created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return next ? { nextId: next.id } : {}
}
