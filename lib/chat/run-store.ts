import type { Transaction } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { Conversation, Message, Part, RunError, SendRequest } from './contract.ts'
import { findConversation, toConversation, toMessage } from './conversations.ts'

/** The durable half of runs: what is in here when a call returns survives `kill -9`. */
export interface Turn {
  conversation: Conversation
  answer: Message
  /** False when this very request was stored before; its run exists already. */
  created: boolean
}

/** A run that did not write for this long has lost its process. Heartbeats come every {@link HEARTBEAT_MS}. */
const STALE_MS = 15_000
export const HEARTBEAT_MS = 2_000

const TITLE_CHARS = 60
const MAX_TITLE_LENGTH = 1_000

/**
 * Stores a question and the place of its answer, in one transaction. The client made the ids, so the same request again
 * finds its own rows. Throws {@link SiteError}: 404 when the conversation is someone else's, 409 when an id is taken or
 * the parent is not part of the conversation.
 */
export async function storeTurn(
  db: Database,
  owner: string,
  request: SendRequest,
  now: number,
): Promise<Turn> {
  return await db.transaction().execute(async (tx) => {
    if (request.kind === 'ask') {
      await insertConversation(tx, owner, request, now)
    }
    const conversation = await findConversation(tx, owner, request.conversationId)
    if (!conversation) throw new SiteError(404, 'not_found', 'There is no such conversation.')
    if (request.kind === 'ask') await insertQuestion(tx, request, now)
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
      })
      .onConflict((c) => c.column('id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!inserted) return { conversation, answer: await findStoredAnswer(tx, request), created: false }

    await tx
      .insertInto('run')
      .values({
        id: crypto.randomUUID(),
        message_id: request.answerId,
        status: 'running',
        seq: 0,
        heartbeat_at: now,
        started_at: now,
        ended_at: null,
      })
      .execute()
    const updated = await tx
      .updateTable('conversation')
      .set((eb) => ({
        active_leaf_id: request.answerId,
        updated_at: now,
        revision: eb('revision', '+', 1),
      }))
      .where('id', '=', request.conversationId)
      .where('owner', '=', owner)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { conversation: toConversation(updated), answer: toMessage(inserted), created: true }
  })
}

type Ask = Extract<SendRequest, { kind: 'ask' }>

async function insertConversation(tx: Transaction<Schema>, owner: string, request: Ask, now: number) {
  await tx
    .insertInto('conversation')
    .values({
      id: request.conversationId,
      owner,
      title: titleFrom(request.text),
      active_leaf_id: null,
      revision: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

async function insertQuestion(tx: Transaction<Schema>, request: Ask, now: number) {
  if (request.parentId !== null) {
    await requireMessage(tx, request.conversationId, request.parentId, 'assistant', 'parentId')
  }
  const parts: Part[] = [{ type: 'text', text: request.text }]
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

async function findStoredAnswer(tx: Transaction<Schema>, request: SendRequest): Promise<Message> {
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

/** The first line of a question, cut between what people see as characters. */
function titleFrom(text: string): string {
  const line = text.trim().split(/\s*\n/, 1)[0] ?? ''
  let title = ''
  let count = 0
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    // One "character" may be thousands of combining marks.
    if (++count > TITLE_CHARS || title.length + segment.length > MAX_TITLE_LENGTH) return `${title}…`
    title += segment
  }
  return title
}

/** Materialises what a run has written so far, and says that it is alive. */
export async function saveProgress(
  db: Database,
  messageId: string,
  parts: Part[],
  seq: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('message')
      .set({ parts: JSON.stringify(parts) })
      .where('id', '=', messageId)
      .where('status', '=', 'running')
      .execute()
    await tx
      .updateTable('run')
      .set({ seq, heartbeat_at: Date.now() })
      .where('message_id', '=', messageId)
      .where('status', '=', 'running')
      .execute()
  })
}

export interface RunResult {
  parts: Part[]
  seq: number
  status: Exclude<Message['status'], 'running'>
  error: RunError | null
  model: string | null
}

/** Stores the end of a run. Does nothing when it has ended before. */
export async function finishRun(db: Database, messageId: string, result: RunResult): Promise<void> {
  const now = Date.now()
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('message')
      .set({
        parts: JSON.stringify(result.parts),
        status: result.status,
        error: result.error === null ? null : JSON.stringify(result.error),
        model: result.model,
      })
      .where('id', '=', messageId)
      .where('status', '=', 'running')
      .execute()
    await tx
      .updateTable('run')
      .set({ status: 'ended', seq: result.seq, heartbeat_at: now, ended_at: now })
      .where('message_id', '=', messageId)
      .where('status', '=', 'running')
      .execute()
  })
}

/**
 * Marks runs whose process is gone as interrupted and returns how many. With `all`, every running one: right for the
 * embedded database at start, which belongs to one process. Otherwise those without a recent heartbeat.
 */
export async function interruptLostRuns(db: Database, which: { all: boolean }): Promise<number> {
  const now = Date.now()
  return await db.transaction().execute(async (tx) => {
    const lost = await tx
      .updateTable('run')
      .set({ status: 'ended', ended_at: now })
      .where('status', '=', 'running')
      .$if(!which.all, (query) => query.where('heartbeat_at', '<', now - STALE_MS))
      .returning('message_id')
      .execute()
    if (lost.length > 0) {
      await tx
        .updateTable('message')
        .set({ status: 'interrupted' })
        .where('status', '=', 'running')
        .where(
          'id',
          'in',
          lost.map((run) => run.message_id),
        )
        .execute()
    }
    return lost.length
  })
}

/** An answer of the owner's with its conversation, as stored; null when there is none. */
export async function findAnswer(
  db: Database,
  owner: string,
  answerId: string,
): Promise<{ conversation: Conversation; answer: Message } | null> {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .where('id', '=', answerId)
    .where('role', '=', 'assistant')
    .executeTakeFirst()
  const conversation = row && (await findConversation(db, owner, row.conversation_id))
  return conversation ? { conversation, answer: toMessage(row) } : null
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
