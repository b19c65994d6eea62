import type { Selectable, Transaction } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { AskRequest } from './contract.ts'
import type { Holding, QueuedChange, QueuedQuestion } from './queue-contract.ts'

/**
 * Questions that were asked while an answer was being written. A row is as durable as a message, and goes in the very
 * transaction that makes it one, so that a question is either waiting or asked. What it waits for is the end of the answer
 * `below_id`; should that break off, it waits for a person.
 */

export type Question = Pick<AskRequest, 'text' | 'files' | 'model'>

/** Those that wait in a conversation, and how the answer of each stands. */
export async function waitingIn(db: Database, conversationId: string) {
  return await db
    .selectFrom('queued_question as waiting')
    .leftJoin('message as below', 'below.id', 'waiting.below_id')
    .selectAll('waiting')
    .select('below.status')
    .where('waiting.conversation_id', '=', conversationId)
    .orderBy('waiting.created_at')
    .execute()
}

/** The questions that wait in a conversation, which is known to be the reader's; the next one first. */
export async function listQueue(db: Database, conversationId: string): Promise<QueuedQuestion[]> {
  return (await waitingIn(db, conversationId)).map((row) => {
    const { text, files = [], model = null } = questionOf(row)
    const isBroken = row.status !== null && ['failed', 'interrupted'].includes(row.status)
    const held = holdingOf(row) ?? (isBroken ? { reason: 'answer' as const } : null)
    return { id: row.id, answerId: row.answer_id, text, files, model, revision: row.revision, held }
  })
}

/** Rows are written by this module, from typed values. */
const questionOf = (row: Pick<Selectable<Schema['queued_question']>, 'question'>) =>
  JSON.parse(row.question) as Question
const holdingOf = (row: Pick<Selectable<Schema['queued_question']>, 'held'>) =>
  row.held === null ? null : (JSON.parse(row.held) as Holding)

/** A conversation of the owner's, as the queue's rows name it. */
const ownConversation = (db: Database, owner: string) =>
  db.selectFrom('conversation').select('id').where('owner', '=', owner)

/**
 * Holds a question while it is edited, or lets it go on, asking for something else. Returns its conversation; null when it waits no longer or is not
 * the owner's. Throws {@link SiteError} 409 when it was changed since, and 400 when nothing would be left to ask.
 */
export async function changeQueued(
  db: Database,
  owner: string,
  id: string,
  { revision, isHeld, text }: QueuedChange,
): Promise<string | null> {
  return await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('queued_question')
      .selectAll()
      .where('id', '=', id)
      .where('conversation_id', 'in', ownConversation(tx, owner))
      .executeTakeFirst()
    if (!row) return null
    const question = questionOf(row)
    if (text?.trim() === '' && !question.files?.length) {
      throw new SiteError(400, 'bad_request', 'The request is not valid: text: must not be empty.', {
        field: 'text',
      })
    }
    const { numUpdatedRows } = await tx
      .updateTable('queued_question')
      .set({
        held: isHeld ? JSON.stringify({ reason: 'edited' } satisfies Holding) : null,
        question: JSON.stringify({ ...question, ...(text !== undefined && { text }) }),
        revision: revision + 1,
      })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new SiteError(409, 'stale', 'It was changed elsewhere meanwhile.')
    return row.conversation_id
  })
}

/** Takes a question back. False when it waits no longer or is not the owner's. */
export async function removeQueued(db: Database, owner: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('queued_question')
    .where('id', '=', id)
    .where('conversation_id', 'in', ownConversation(db, owner))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/**
 * Takes a question out of the queue for being asked in this transaction; those behind it then wait for its answer. Null
 * when it does not wait (any more).
 */
export async function takeQueued(
  tx: Transaction<Schema>,
  owner: string,
  id: string,
): Promise<AskRequest | null> {
  const row = await tx
    .deleteFrom('queued_question')
    .where('id', '=', id)
    .where('conversation_id', 'in', ownConversation(tx, owner))
    .returningAll()
    .executeTakeFirst()
  if (!row) return null
  const { conversation_id: conversationId, below_id: parentId, answer_id: answerId } = row
  await waitFor(tx, conversationId, [parentId], answerId)
  return { kind: 'ask', conversationId, parentId, questionId: id, answerId, ...questionOf(row) }
}

/** Has what waited for one of `belowIds` wait for another answer. */
export async function waitFor(
  tx: Transaction<Schema>,
  conversationId: string,
  belowIds: readonly string[],
  answerId: string,
): Promise<void> {
  if (belowIds.length === 0) return
  await tx
    .updateTable('queued_question')
    .set({ below_id: answerId })
    .where('conversation_id', '=', conversationId)
    .where('below_id', 'in', belowIds)
    .execute()
}

export interface DueQuestion {
  id: string
  owner: string
  answerId: string
  conversationId: string
  hasOwnKey: boolean
}

/** Those behind an answer, in a conversation, or whose answer ended before a time (Unix ms); or just one. */
export type WhichDue =
  | { belowId: string }
  | { conversationId: string }
  | { endedBefore: number }
  | { id: string }

/**
 * The questions whose turn has come: the first behind each answer that ended well, or by its reader's wish. One that is
 * named by its `id` is due as soon as the answer before it is no longer being written.
 */
export async function dueQuestions(db: Database, which: WhichDue): Promise<DueQuestion[]> {
  const rows = await db
    .selectFrom('queued_question as waiting')
    .innerJoin('message as below', 'below.id', 'waiting.below_id')
    .innerJoin('conversation', 'conversation.id', 'waiting.conversation_id')
    .selectAll('waiting')
    .select('conversation.owner')
    .where('conversation.deleted_at', 'is', null)
    .where('below.status', '!=', 'running')
    .where((eb) => {
      if ('id' in which) return eb('waiting.id', '=', which.id)
      const endedWell = eb('below.status', 'in', ['complete', 'stopped'])
      if ('belowId' in which) return eb.and([endedWell, eb('waiting.below_id', '=', which.belowId)])
      if ('conversationId' in which)
        return eb.and([endedWell, eb('waiting.conversation_id', '=', which.conversationId)])
      const later = eb
        .selectFrom('run')
        .select('run.id')
        .whereRef('run.message_id', '=', 'waiting.below_id')
        .where('run.ended_at', '>', which.endedBefore)
      return eb.and([endedWell, eb.not(eb.exists(later))])
    })
    .orderBy('waiting.created_at')
    .execute()
  const first = new Map(rows.toReversed().map((row) => [row.below_id, row]))
  // One that is held keeps its place: those behind it are not asked before it.
  return [...first.values()]
    .filter(({ held }) => held === null)
    .map((row) => ({
      id: row.id,
      owner: row.owner,
      answerId: row.answer_id,
      conversationId: row.conversation_id,
      hasOwnKey: row.has_own_key === 1,
    }))
}

/** Has a question wait for its owner, who is told why. */
export async function holdQueued(db: Database, id: string, held: Holding): Promise<void> {
  await db
    .updateTable('queued_question')
    .set((eb) => ({ held: JSON.stringify(held), revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute()
}
