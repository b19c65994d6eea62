import type { Transaction } from 'kysely'
import { byDatabaseClock } from '../../db/database-clock.ts'
import type { Schema } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import type { Conversation, SendRequest } from '../contract.ts'
import { applySettings } from '../conversation-settings.ts'
import { toConversation, toMessage } from '../conversations.ts'
import type { Turn } from './turn.ts'

export type Continue = Extract<SendRequest, { kind: 'continue' }>

/**
 * Takes a stopped or interrupted answer up again: a new run on the same message, which keeps what it has. The same run id
 * again, or another one while the answer is being written, finds the run that is there. Throws {@link SiteError}: 409
 * when the answer is not part of the conversation or has nothing to go on with.
 */
export async function storeContinuation(
  tx: Transaction<Schema>,
  owner: string,
  conversation: Conversation,
  request: Continue,
  now: number,
): Promise<Turn> {
  const stored = await tx
    .selectFrom('message')
    .selectAll()
    .where('id', '=', request.answerId)
    .where('conversation_id', '=', conversation.id)
    .where('role', '=', 'assistant')
    .executeTakeFirst()
  if (!stored) {
    throw new SiteError(409, 'conflict', 'That answer is not part of this conversation.', {
      field: 'answerId',
    })
  }
  const runs = await tx
    .selectFrom('run')
    .select(['id', 'message_id', 'number'])
    .where((eb) => eb.or([eb('id', '=', request.runId), eb('message_id', '=', request.answerId)]))
    .orderBy('number', 'desc')
    .execute()
  const same = runs.find(({ id }) => id === request.runId)
  if (same && same.message_id !== request.answerId) {
    throw new SiteError(409, 'conflict', 'That run id is taken.', { field: 'runId' })
  }
  const attached = { conversation, answer: toMessage(stored), run: null }
  if (same) return attached

  // Runs before messages, as everywhere, or two transactions could wait for each other. A process that was only believed
  // dead finds here that the answer is no longer its own.
  await tx
    .updateTable('run')
    .set({ status: 'ended' })
    .where('message_id', '=', request.answerId)
    .where('status', '=', 'lost')
    .execute()
  // Of two requests at once the second waits here for the first, and then finds nothing to change.
  const resumed = await tx
    .updateTable('message')
    .set({ status: 'running', error: null })
    .where('id', '=', request.answerId)
    .where('status', 'in', ['interrupted', 'stopped'])
    .returningAll()
    .executeTakeFirst()
  if (!resumed) return await findOther(tx, request, attached)

  const number = (runs[0]?.number ?? -1) + 1
  await insertRun(tx, { id: request.runId, messageId: request.answerId, number }, now)
  const updated = await tx
    .updateTable('conversation')
    .set((eb) => ({ updated_at: now, archived_at: null, revision: eb('revision', '+', 1) }))
    .where('id', '=', conversation.id)
    .where('owner', '=', owner)
    .returningAll()
    .executeTakeFirstOrThrow()
  return {
    conversation: toConversation(updated),
    answer: toMessage(resumed),
    run: {
      id: request.runId,
      number,
      settings: applySettings(conversation.settings, {
        model: resumed.model_asked ?? conversation.settings.model,
      }),
    },
  }
}

/** The answer, when a request that came between is writing it or was this very one. */
async function findOther(tx: Transaction<Schema>, request: Continue, attached: Turn): Promise<Turn> {
  const row = await tx
    .selectFrom('message')
    .selectAll()
    .where('id', '=', request.answerId)
    .where(({ eb, or, exists, selectFrom }) =>
      or([
        eb('status', '=', 'running'),
        exists(selectFrom('run').select('id').where('id', '=', request.runId)),
      ]),
    )
    .executeTakeFirst()
  if (row) return { ...attached, answer: toMessage(row) }
  throw new SiteError(409, 'conflict', 'That answer is not one that can be continued.', { field: 'answerId' })
}

/** A run that begins now. */
export async function insertRun(
  tx: Transaction<Schema>,
  run: { id: string; messageId: string; number: number },
  now: number,
): Promise<void> {
  await tx
    .insertInto('run')
    .values({
      id: run.id,
      message_id: run.messageId,
      number: run.number,
      status: 'running',
      seq: 0,
      heartbeat_at: byDatabaseClock(tx, now),
      started_at: now,
      ended_at: null,
      stop_requested_at: null,
      watched_at: null,
      receipt: null,
    })
    .execute()
}
