import type { Transaction, Updateable } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import type { ChangesRequest, Conversation, ConversationChange } from './contract.ts'
import { applySettings, type SettingsChange } from './conversation-settings.ts'
import { toConversation } from './conversations.ts'
import { indexTitle } from './search-index.ts'

/** `stale`: the change was made on an older revision, so nothing was changed; the conversation is the current one. */
export interface ChangeResult {
  outcome: 'changed' | 'stale'
  conversation: Conversation
}

/**
 * Renames, pins, archives, deletes, or undoes that, moves to a folder, or changes settings, if the conversation still has the revision the change was made on:
 * of two writers who saw the same revision one wins, and the other is told. A deleted conversation can only be
 * undeleted. Null unless it is the owner's.
 */
export async function changeConversation(
  db: Database,
  owner: string,
  id: string,
  change: ConversationChange,
  now: number,
): Promise<ChangeResult | null> {
  const isUndelete = change.deleted === false
  return await db.transaction().execute(async (tx) => {
    const settings = change.settings && (await changedSettings(tx, owner, id, change.settings))
    const columns = columnsOf(change, now)
    if (change.folderId !== undefined) columns.folder_id = await ownFolder(tx, owner, change.folderId)
    const changed = await tx
      .updateTable('conversation')
      .set((eb) => ({ ...columns, ...settings, touched_at: now, revision: eb('revision', '+', 1) }))
      .where('id', '=', id)
      .where('owner', '=', owner)
      .where('revision', '=', change.revision)
      .$if(!isUndelete, (query) => query.where('deleted_at', 'is', null))
      .returningAll()
      .executeTakeFirst()
    if (changed) {
      if (change.title !== undefined) await indexTitle(tx, id)
      return { outcome: 'changed', conversation: toConversation(changed) }
    }
    const current = await tx
      .selectFrom('conversation')
      .selectAll()
      .where('id', '=', id)
      .where('owner', '=', owner)
      .$if(!isUndelete, (query) => query.where('deleted_at', 'is', null))
      .executeTakeFirst()
    return current ? { outcome: 'stale', conversation: toConversation(current) } : null
  })
}

/**
 * Does the same to many conversations, whatever their revision: nothing that somebody wrote is overwritten by it. Returns
 * those that were changed; a deleted one can only be undeleted.
 */
export async function changeConversations(
  db: Database,
  owner: string,
  { ids, change }: ChangesRequest,
  now: number,
): Promise<Conversation[]> {
  const isUndelete = 'deleted' in change && !change.deleted
  return await db.transaction().execute(async (tx) => {
    const columns =
      'folderId' in change
        ? { folder_id: await ownFolder(tx, owner, change.folderId) }
        : columnsOf(change, now)
    const changed = await tx
      .updateTable('conversation')
      .set((eb) => ({ ...columns, touched_at: now, revision: eb('revision', '+', 1) }))
      .where('id', 'in', ids)
      .where('owner', '=', owner)
      .$if(!isUndelete, (query) => query.where('deleted_at', 'is', null))
      .returningAll()
      .execute()
    return changed.map(toConversation)
  })
}

/**
 * Names a conversation on the site's behalf, unless a person has named it: then, or when it is gone, returns false. The
 * condition is part of the write, so a person's rename wins whichever comes first.
 */
export async function nameConversation(
  db: Database,
  owner: string,
  id: string,
  title: string,
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const named = await tx
      .updateTable('conversation')
      .set((eb) => ({ title, title_source: 'model', revision: eb('revision', '+', 1) }))
      .where('id', '=', id)
      .where('owner', '=', owner)
      .where('title_source', '!=', 'person')
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (named) await indexTitle(tx, id)
    return named !== undefined
  })
}

/** What is read here is of the revision that the write then requires, or the write changes nothing. */
async function changedSettings(
  tx: Transaction<Schema>,
  owner: string,
  id: string,
  change: SettingsChange,
): Promise<Updateable<Schema['conversation']>> {
  const row = await tx
    .selectFrom('conversation')
    .select('settings')
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst()
  return row ? { settings: JSON.stringify(applySettings(JSON.parse(row.settings), change)) } : {}
}

/** The id, if the owner has such a folder. */
export async function ownFolder(
  tx: Transaction<Schema>,
  owner: string,
  id: string | null,
): Promise<string | null> {
  if (id === null) return null
  const folder = tx.selectFrom('folder').select('id').where('id', '=', id).where('owner', '=', owner)
  return (await folder.executeTakeFirst())?.id ?? null
}

function columnsOf(
  change: Pick<ConversationChange, 'title' | 'pinned' | 'archived' | 'deleted'>,
  now: number,
): Updateable<Schema['conversation']> {
  const { title, pinned, archived, deleted } = change
  return {
    ...(title !== undefined && { title, title_source: 'person' }),
    ...(pinned !== undefined && { pinned_at: pinned ? now : null }),
    ...(archived !== undefined && { archived_at: archived ? now : null }),
    ...(deleted !== undefined && { deleted_at: deleted ? now : null }),
  }
}
