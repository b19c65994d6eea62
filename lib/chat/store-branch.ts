import type { Database } from '../db/schema.ts'
import type { Conversation, Message } from './contract.ts'
import { indexMessages, indexTitle } from './search-index.ts'

/** Rows in one statement; SQLite and PostgreSQL limit the values of one. */
const CHUNK = 200

/** A conversation of one branch, root first; its messages get ids of their own. */
export interface NewBranch extends Pick<Conversation, 'id' | 'title' | 'titleSource' | 'settings'> {
  owner: string
  messages: readonly (Pick<Message, 'role' | 'parts' | 'error' | 'model' | 'createdAt'> & {
    status: Exclude<Message['status'], 'running'>
  })[]
}

/**
 * Stores a conversation, all or nothing. The same id again changes nothing. False when the id is taken by somebody else, or
 * by one that was deleted.
 */
export async function storeBranch(db: Database, branch: NewBranch, now: number): Promise<boolean> {
  const { id, owner, messages } = branch
  const ids = messages.map(() => crypto.randomUUID())
  return await db.transaction().execute(async (tx) => {
    const { numInsertedOrUpdatedRows: inserted } = await tx
      .insertInto('conversation')
      .values({
        id,
        owner,
        title: branch.title,
        title_source: branch.titleSource,
        active_leaf_id: ids.at(-1) ?? null,
        revision: 0,
        created_at: now,
        updated_at: now,
        settings: JSON.stringify(branch.settings),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (inserted === 0n) {
      const own = tx.selectFrom('conversation').select('id').where('id', '=', id).where('owner', '=', owner)
      return (await own.where('deleted_at', 'is', null).executeTakeFirst()) !== undefined
    }
    const rows = messages.map((message, index) => ({
      id: ids[index] ?? '',
      conversation_id: id,
      parent_id: ids[index - 1] ?? null,
      role: message.role,
      parts: JSON.stringify(message.parts),
      status: message.status,
      error: message.error === null ? null : JSON.stringify(message.error),
      model: message.model,
      created_at: message.createdAt,
    }))
    for (let at = 0; at < rows.length; at += CHUNK) {
      await tx
        .insertInto('message')
        .values(rows.slice(at, at + CHUNK))
        .execute()
      await indexMessages(tx, ids.slice(at, at + CHUNK))
    }
    await indexTitle(tx, id)
    return true
  })
}
