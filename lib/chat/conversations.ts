import type { Selectable } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import type { Conversation, ConversationDetail, Message } from './contract.ts'
import { listQueue } from './question-queue.ts'
import { findLiveRun, viewOf } from './runs/live-runs.ts'
import { noticeLostRuns } from './runs/lost-runs.ts'

/** How many conversations a list holds at most; older ones are found by searching. */
const LIST_LIMIT = 500

/**
 * The owner's conversations, last asked first: those in use, among them every pinned one however old, or the archived.
 * Deleted ones are in neither.
 */
export async function listConversations(
  db: Database,
  owner: string,
  which: 'current' | 'archived' = 'current',
): Promise<Conversation[]> {
  const list = db
    .selectFrom('conversation')
    .selectAll()
    .where('owner', '=', owner)
    .where('deleted_at', 'is', null)
    .where('archived_at', which === 'archived' ? 'is not' : 'is', null)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .limit(LIST_LIMIT)
  if (which === 'archived') return (await list.execute()).map(toConversation)
  const [pinned, others] = await Promise.all([
    list.where('pinned_at', 'is not', null).execute(),
    list.where('pinned_at', 'is', null).execute(),
  ])
  return [...pinned, ...others].map(toConversation).sort((a, b) => b.updatedAt - a.updatedAt)
}

/** A conversation with its whole tree, running answers as they stand this moment; null unless it is the owner's. */
export async function getConversation(
  db: Database,
  owner: string,
  id: string,
): Promise<ConversationDetail | null> {
  const conversation = await findConversation(db, owner, id)
  if (!conversation) return null
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const isElsewhere = rows.some((row) => row.status === 'running' && !findLiveRun(row.id))
  if (isElsewhere && (await noticeLostRuns(db)) > 0) {
    return await getConversation(db, owner, id)
  }
  const queue = await listQueue(db, id)
  return { ...conversation, messages: rows.map((row) => viewOf(toMessage(row))), queue }
}

/** A conversation without its messages; null unless it is the owner's and not deleted. */
export async function findConversation(
  db: Database,
  owner: string,
  id: string,
): Promise<Conversation | null> {
  const row = await db
    .selectFrom('conversation')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ? toConversation(row) : null
}

/** Shows another branch. False when the conversation is not the owner's or has no such message. */
export async function setActiveLeaf(
  db: Database,
  owner: string,
  id: string,
  leafId: string,
): Promise<boolean> {
  const result = await db
    .updateTable('conversation')
    .set((eb) => ({ active_leaf_id: leafId, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('deleted_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('message').select('id').where('id', '=', leafId).where('conversation_id', '=', id)),
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Rows were written by this module's neighbours from typed values, so their JSON is trusted. */
export function toConversation(row: Selectable<Schema['conversation']>): Conversation {
  return {
    id: row.id,
    title: row.title,
    titleSource: row.title_source,
    activeLeafId: row.active_leaf_id,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    pinnedAt: row.pinned_at,
    archivedAt: row.archived_at,
    deletedAt: row.deleted_at,
    settings: JSON.parse(row.settings),
    folderId: row.folder_id,
  }
}

export function toMessage(row: Selectable<Schema['message']>): Message {
  return {
    id: row.id,
    parentId: row.parent_id,
    role: row.role,
    parts: JSON.parse(row.parts),
    status: row.status,
    error: row.error === null ? null : JSON.parse(row.error),
    model: row.model,
    ...(row.model_asked && { modelAsked: row.model_asked }),
    ...(row.rating && { rating: row.rating }),
    ...(row.context_from && { contextFrom: row.context_from }),
    createdAt: row.created_at,
  }
}
