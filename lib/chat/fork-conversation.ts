import type { Transaction } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { Conversation, ForkRequest } from './contract.ts'
import { findConversation } from './conversations.ts'
import { pathTo } from './message-tree.ts'
import { storeBranch } from './store-branch.ts'

/**
 * Makes a conversation of the branch that ends in a message, with the settings of the one it comes from. The same id again
 * finds the fork that is there. Null unless conversation and message are the owner's, or the id is taken. Throws
 * {@link SiteError} 409 while the branch is being answered.
 */
export async function forkConversation(
  db: Database,
  owner: string,
  fromId: string,
  { id, messageId, title }: ForkRequest,
  now: number,
): Promise<Conversation | null> {
  const isStored = await db.transaction().execute(async (tx) => {
    const from = await tx
      .selectFrom('conversation')
      .select('settings')
      .where('id', '=', fromId)
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    const messages = from ? await branchOf(tx, fromId, messageId) : []
    if (!from || messages.length === 0) return false
    if (messages.some(({ status }) => status === 'running')) {
      throw new SiteError(409, 'running', 'This answer is still being written. Fork it when it has ended.')
    }
    const conversation = { id, owner, title, title_source: 'person' as const, settings: from.settings }
    return await storeBranch(tx, { conversation, messages }, now)
  })
  return isStored ? await findConversation(db, owner, id) : null
}

/** The rows of a branch, root first, without what ties them to their conversation. */
async function branchOf(tx: Transaction<Schema>, conversationId: string, leafId: string) {
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'parent_id as parentId', 'role', 'parts', 'status', 'error'])
    .select(['model', 'model_asked', 'created_at'])
    .where('conversation_id', '=', conversationId)
    .execute()
  return pathTo(rows, leafId).map(({ id: _, parentId: __, ...row }) => row)
}
