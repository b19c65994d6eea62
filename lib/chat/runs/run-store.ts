import type { Transaction } from 'kysely'
import { byDatabaseClock } from '../../db/database-clock.ts'
import type { Database, Schema } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import type { AskRequest, Conversation, Message, Part, RunError, SendRequest } from '../contract.ts'
import { ownFolder } from '../conversation-changes.ts'
import { applySettings } from '../conversation-settings.ts'
import { findConversation, toConversation, toMessage } from '../conversations.ts'
import { questionParts } from '../files/question-parts.ts'
import { takeQueued, waitFor } from '../question-queue.ts'
import { indexMessages, indexTitle } from '../search-index.ts'
import { titleFromQuestion } from '../title-from-question.ts'
import { insertRun, storeContinuation } from './run-continuation.ts'
import type { Recorded } from './run-recording.ts'
import type { QueuedTurn, Turn } from './turn.ts'

/** The durable half of runs: what is in here when a call returns survives `kill -9`. */

/**
 * Stores a question and the place of its answer, or that an answer is to go on, in one transaction. The client made the ids, so the same request again
 * finds its own rows. Throws {@link SiteError}: 404 when the conversation is someone else's, 409 when an id is taken or
 * the parent is not part of the conversation.
 */
export async function storeTurn(
  db: Database,
  owner: string,
  given: SendRequest | QueuedTurn,
  now: number,
): Promise<Turn> {
  return await db.transaction().execute(async (tx) => {
    const request = await leaveQueue(tx, owner, given)
    if (request.kind === 'ask') {
      await insertConversation(tx, owner, request, now)
    }
    const conversation = await findConversation(tx, owner, request.conversationId)
    if (!conversation) throw new SiteError(404, 'not_found', 'There is no such conversation.')
    if (request.kind === 'continue') return await storeContinuation(tx, owner, conversation, request, now)
    if (request.kind === 'ask') await insertQuestion(tx, owner, request, now)
    else await waitForAnother(tx, request)
    await requireMessage(tx, request.conversationId, request.questionId, 'user', 'questionId')

    const inserted = await tx
      .insertInto('message')
      .values({
        id: request.answerId,
        conversation_id: request.conversationId,
        parent_id: request.questionId,
        role: 'assistant',
        parts: '[]',
        status: 'running',
        error: null,
        model: null,
        created_at: now,
        model_asked: request.model ?? null,
      })
      .onConflict((c) => c.column('id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!inserted) return { conversation, answer: await findStoredAnswer(tx, request), run: null }

    const settings = applySettings(conversation.settings, {
      model: request.model ?? conversation.settings.model,
    })
    const run = { id: crypto.randomUUID(), number: 0, settings }
    await insertRun(tx, { id: run.id, number: run.number, messageId: request.answerId }, now)
    const updated = await tx
      .updateTable('conversation')
      .set((eb) => ({
        active_leaf_id: request.answerId,
        updated_at: now,
        // What one goes on with is no longer put away.
        archived_at: null,
        revision: eb('revision', '+', 1),
      }))
      .where('id', '=', request.conversationId)
      .where('owner', '=', owner)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (request.kind === 'ask') await indexMessages(tx, [request.questionId])
    await indexTitle(tx, request.conversationId)
    return { conversation: toConversation(updated), answer: toMessage(inserted), run }
  })
}

/** What is asked waits no longer, whether its turn has come or its owner sends it. */
async function leaveQueue(
  tx: Transaction<Schema>,
  owner: string,
  request: SendRequest | QueuedTurn,
): Promise<SendRequest> {
  if (request.kind === 'ask') await takeQueued(tx, owner, request.questionId)
  if (request.kind !== 'queued') return request
  const taken = await takeQueued(tx, owner, request.id)
  if (taken) return taken
  throw new SiteError(404, 'not_found', 'That question waits no longer.')
}

/** What waited for an answer waits for the one that is written in its place. */
async function waitForAnother(
  tx: Transaction<Schema>,
  request: Extract<SendRequest, { kind: 'regenerate' }>,
) {
  const { conversationId, questionId, answerId } = request
  const answers = tx.selectFrom('message').select('id').where('parent_id', '=', questionId)
  const belowIds = (await answers.execute()).map(({ id }) => id)
  await waitFor(tx, conversationId, belowIds, answerId)
}

async function insertConversation(tx: Transaction<Schema>, owner: string, request: AskRequest, now: number) {
  await tx
    .insertInto('conversation')
    .values({
      id: request.conversationId,
      owner,
      title: titleFromQuestion(request.text) || titleFromQuestion(request.files?.[0]?.name ?? ''),
      active_leaf_id: null,
      settings: JSON.stringify(request.settings ?? {}),
      folder_id: await ownFolder(tx, owner, request.folderId ?? null),
      revision: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

async function insertQuestion(tx: Transaction<Schema>, owner: string, request: AskRequest, now: number) {
  if (request.parentId !== null) {
    await requireMessage(tx, request.conversationId, request.parentId, 'assistant', 'parentId')
  }
  const parts = await questionParts(tx, owner, request, now)
  await tx
    .insertInto('message')
    .values({
      id: request.questionId,
      conversation_id: request.conversationId,
      parent_id: request.parentId,
      role: 'user',
      parts: JSON.stringify(parts),
      status: 'complete',
      error: null,
      model: null,
      // Answers sort behind their questions even when both are stored in the same millisecond.
      created_at: now - 1,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

async function requireMessage(
  tx: Transaction<Schema>,
  conversationId: string,
  id: string,
  role: Message['role'],
  field: string,
) {
  const found = await tx
    .selectFrom('message')
    .select('id')
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .where('role', '=', role)
    .executeTakeFirst()
  if (!found) {
    throw new SiteError(409, 'conflict', 'That message is not part of this conversation.', { field })
  }
}

async function findStoredAnswer(
  tx: Transaction<Schema>,
  request: Exclude<SendRequest, { kind: 'continue' }>,
): Promise<Message> {
  const row = await tx
    .selectFrom('message')
    .selectAll()
    .where('id', '=', request.answerId)
    .where('conversation_id', '=', request.conversationId)
    .where('parent_id', '=', request.questionId)
    .executeTakeFirst()
  if (!row) throw new SiteError(409, 'conflict', 'That answer id is taken.', { field: 'answerId' })
  return toMessage(row)
}

/**
 * Materialises what a run has written so far, and says that it is alive. False when the run has been ended, or the answer
 * continued, by someone else; then nothing is written.
 */
export async function saveProgress(
  db: Database,
  runId: string,
  { parts, seq }: Pick<RunResult, 'parts' | 'seq'>,
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const run = await updateOwnRun(tx, runId, { seq, status: 'running', ended_at: null })
    if (!run) return false
    await tx
      .updateTable('message')
      .set({ parts: JSON.stringify(parts), status: 'running' })
      .where('id', '=', run.message_id)
      .execute()
    return true
  })
}

export interface RunResult {
  parts: Part[]
  /** The length of `parts`. */
  seq: number
  status: Exclude<Message['status'], 'running'>
  error: RunError | null
  model: string | null
  contextFrom?: string | undefined
  recorded?: Recorded
}

/** Stores the end of a run. False, and nothing is written, when it has ended before. */
export async function finishRun(db: Database, runId: string, result: RunResult): Promise<boolean> {
  const { recorded } = result
  return await db.transaction().execute(async (tx) => {
    const run = await updateOwnRun(tx, runId, {
      seq: result.seq,
      status: 'ended',
      ended_at: Date.now(),
      receipt: recorded ? JSON.stringify(recorded.receipt) : null,
    })
    if (!run) return false
    await tx
      .updateTable('message')
      .set({
        parts: JSON.stringify(result.parts),
        status: result.status,
        error: result.error === null ? null : JSON.stringify(result.error),
        model: result.model,
        context_from: result.contextFrom ?? null,
      })
      .where('id', '=', run.message_id)
      .execute()
    await indexMessages(tx, [run.message_id])
    if (recorded?.rawGzip) {
      await tx
        .insertInto('run_raw')
        .values({ run_id: runId, gzip_base64: recorded.rawGzip.toString('base64'), kept_at: Date.now() })
        .execute()
    }
    return true
  })
}

/** A run that was believed lost while its process lives (a database that was away) is taken back by writing to it. */
async function updateOwnRun(
  tx: Transaction<Schema>,
  runId: string,
  change: Partial<Pick<Schema['run'], 'seq' | 'status' | 'ended_at' | 'receipt'>>,
): Promise<{ message_id: string } | undefined> {
  return await tx
    .updateTable('run')
    .set({ ...change, heartbeat_at: byDatabaseClock(tx) })
    .where('id', '=', runId)
    .where('status', 'in', ['running', 'lost'])
    .returning('message_id')
    .executeTakeFirst()
}

export interface FoundAnswer {
  conversation: Conversation
  answer: Message
  /** Of the newest run. */
  runNumber: number
}

/** An answer of the owner's with its conversation, as stored; null when there is none. */
export async function findAnswer(db: Database, owner: string, answerId: string): Promise<FoundAnswer | null> {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .select(({ selectFrom }) =>
      selectFrom('run')
        .select('number')
        .where('message_id', '=', answerId)
        .orderBy('number', 'desc')
        .limit(1)
        .as('run_number'),
    )
    .where('id', '=', answerId)
    .where('role', '=', 'assistant')
    .executeTakeFirst()
  const conversation = row && (await findConversation(db, owner, row.conversation_id))
  return conversation ? { conversation, answer: toMessage(row), runNumber: row.run_number ?? 0 } : null
}

/** The branch from the root to `leafId`, oldest first. */
export async function loadBranch(db: Database, conversationId: string, leafId: string): Promise<Message[]> {
  const rows = await db
    .withRecursive('branch', (cte) =>
      cte
        .selectFrom('message')
        .selectAll()
        .where('id', '=', leafId)
        .where('conversation_id', '=', conversationId)
        .unionAll(
          cte
            .selectFrom('message')
            .innerJoin('branch', 'branch.parent_id', 'message.id')
            .selectAll('message')
            .where('message.conversation_id', '=', conversationId),
        ),
    )
    .selectFrom('branch')
    .selectAll()
    .execute()
  // The recursion walks from the leaf upwards.
  return rows.map(toMessage).reverse()
}
