import type { Transaction } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { AskRequest } from './contract.ts'
import { findConversation } from './conversations.ts'
import { questionParts } from './files/question-parts.ts'
import { type Question, waitingIn } from './question-queue.ts'
import { MAX_QUEUED } from './queue-contract.ts'

/**
 * Puts a question behind the answer it names, or behind what has been asked below that one since. The same request again
 * changes nothing. Throws {@link SiteError}: 404 when the conversation is someone else's, 409 when the answer is not part
 * of it, a file is gone, or too many wait.
 */
export async function enqueue(
  db: Database,
  owner: string,
  request: AskRequest,
  { hasOwnKey }: { hasOwnKey: boolean },
  now: number,
): Promise<void> {
  const { conversationId, questionId, answerId, parentId, text, files, model } = request
  const question: Question = { text, ...(files && { files }), ...(model && { model }) }
  await db.transaction().execute(async (tx) => {
    const conversation = await findConversation(tx, owner, conversationId)
    if (!conversation) throw new SiteError(404, 'not_found', 'There is no such conversation.')
    const belowId = await latestBelow(tx, conversationId, parentId, conversation.activeLeafId)
    if (await isAsked(tx, questionId)) return
    await questionParts(tx, owner, request, now) // Its files are the conversation's from now on.
    const waiting = await waitingIn(tx, conversationId)
    if (waiting.some(({ id }) => id === questionId)) return
    if (waiting.length >= MAX_QUEUED) {
      throw new SiteError(409, 'queue_full', `No more than ${MAX_QUEUED} questions can wait.`)
    }
    await tx
      .insertInto('queued_question')
      .values({
        id: questionId,
        conversation_id: conversationId,
        answer_id: answerId,
        below_id: belowId,
        question: JSON.stringify(question),
        revision: 0,
        has_own_key: hasOwnKey ? 1 : 0,
        held: null,
        // Two of the same moment keep their order.
        created_at: Math.max(now, (waiting.at(-1)?.created_at ?? 0) + 1),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  })
}

/** The answer to wait for: what was asked below `parentId` while this request was on its way comes first. */
async function latestBelow(
  tx: Transaction<Schema>,
  conversationId: string,
  parentId: string | null,
  leafId: string | null,
): Promise<string> {
  const find = (id: string | null) =>
    tx
      .selectFrom('message as answer')
      .leftJoin('message as question', 'question.id', 'answer.parent_id')
      .select(['answer.id', 'question.parent_id as above'])
      .where('answer.id', '=', id)
      .where('answer.conversation_id', '=', conversationId)
      .where('answer.role', '=', 'assistant')
      .executeTakeFirst()
  const parent = await find(parentId)
  if (!parent) {
    const message = 'That message is not part of this conversation.'
    throw new SiteError(409, 'conflict', message, { field: 'parentId' })
  }
  // As many steps as questions can have waited.
  let at = await find(leafId)
  for (let steps = 0; at && steps < MAX_QUEUED; steps++) {
    if (at.above === parent.id) return leafId ?? parent.id
    at = await find(at.above)
  }
  return parent.id
}

const isAsked = async (tx: Transaction<Schema>, id: string) =>
  (await tx.selectFrom('message').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
