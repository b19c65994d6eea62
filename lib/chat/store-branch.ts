import type { Selectable, Transaction } from 'kysely'
import type { Schema } from '../db/schema.ts'
import { fileIdsIn } from './files/file-ids.ts'
import { claimFiles } from './files/file-rows.ts'
import { indexMessages, indexTitle } from './search-index.ts'

/** Rows in one statement; SQLite and PostgreSQL limit the values of one. */
const CHUNK = 200

type ConversationRow = Selectable<Schema['conversation']>
type MessageRow = Selectable<Schema['message']>

/** A conversation that begins with what was said elsewhere. */
export interface NewBranch {
  conversation: Pick<ConversationRow, 'id' | 'owner' | 'title' | 'title_source' | 'settings'>
  /** Root first, none of them running. They get ids of their own. */
  messages: readonly Pick<
    MessageRow,
    'role' | 'parts' | 'status' | 'error' | 'model' | 'model_asked' | 'created_at'
  >[]
}

/**
 * Stores a conversation, findable. The same id again changes nothing. False when the id is taken by somebody else, or by
 * a conversation that was deleted.
 */
export async function storeBranch(
  tx: Transaction<Schema>,
  { conversation, messages }: NewBranch,
  now: number,
): Promise<boolean> {
  const { id, owner } = conversation
  // They begin with the message's place, so that messages of the same moment keep their order.
  const ids = messages.map((_, index) => index.toString(16).padStart(8, '0') + crypto.randomUUID().slice(8))
  const { numInsertedOrUpdatedRows: inserted } = await tx
    .insertInto('conversation')
    .values({
      ...conversation,
      active_leaf_id: ids.at(-1) ?? null,
      revision: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  if (inserted === 0n) {
    const own = tx.selectFrom('conversation').select('id').where('id', '=', id).where('owner', '=', owner)
    return (await own.where('deleted_at', 'is', null).executeTakeFirst()) !== undefined
  }
  const rows = messages.map((message, index) => ({
    ...message,
    id: ids[index] ?? '',
    conversation_id: id,
    parent_id: ids[index - 1] ?? null,
  }))
  for (let at = 0; at < rows.length; at += CHUNK) {
    await tx
      .insertInto('message')
      .values(rows.slice(at, at + CHUNK))
      .execute()
    await indexMessages(tx, ids.slice(at, at + CHUNK))
  }
  await claimFiles(
    tx,
    owner,
    id,
    messages.flatMap(({ parts }) => fileIdsIn(parts)),
    now,
  )
  await indexTitle(tx, id)
  return true
}
