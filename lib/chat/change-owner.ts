import type { SelectQueryBuilder } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { putSearchText } from '../db/search-rows.ts'
import { log } from '../log.ts'
import type { ErasedCounts } from './erasure-receipt.ts'
import { disown, removeGone } from './files/collect-files.ts'
import { getFileStore } from './files/open-file-store.ts'

/**
 * Gives everything of one owner to another, in one transaction: what a guest had who signs in. Of what can be there only
 * once the new owner's stays.
 */
export async function changeOwner(db: Database, from: string, to: string): Promise<void> {
  if (from === to) return
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('conversation').set({ owner: to }).where('owner', '=', from).execute()
    await tx.updateTable('folder').set({ owner: to }).where('owner', '=', from).execute()
    await tx.updateTable('file').set({ owner: to }).where('owner', '=', from).execute()
    // The index knows texts by their owner too, so each is put in anew, oldest first.
    const rows = await tx
      .selectFrom('search_row')
      .select(['conversation_id', 'message_id', 'text'])
      .where('owner', '=', from)
      .orderBy('id')
      .execute()
    for (const { conversation_id: conversationId, message_id: messageId, text } of rows) {
      await putSearchText(tx, { owner: to, conversationId, messageId, text })
    }
    const chosen = tx.selectFrom('preference').select('name').where('owner', '=', to)
    await tx
      .updateTable('preference')
      .set({ owner: to })
      .where('owner', '=', from)
      .where('name', 'not in', chosen)
      .execute()
    await tx.deleteFrom('preference').where('owner', '=', from).execute()
    const kept = tx.selectFrom('prompt').select('id').where('owner', '=', to)
    const moved = tx.updateTable('prompt').set({ owner: to }).where('owner', '=', from)
    await moved.where('id', 'not in', kept).execute()
    await tx.deleteFrom('prompt').where('owner', '=', from).execute()
    const accepted = tx.selectFrom('acceptance').select('edition').where('owner', '=', to)
    const agreed = tx.updateTable('acceptance').set({ owner: to }).where('owner', '=', from)
    await agreed.where('edition', 'not in', accepted).execute()
    await tx.deleteFrom('acceptance').where('owner', '=', from).execute()
    await tx.updateTable('report').set({ owner: to }).where('owner', '=', from).execute()
    await tx.updateTable('moderation').set({ owner: to }).where('owner', '=', from).execute()
  })
}

/** Erases everything that belongs to an owner, at once. Returns how much there was. */
export async function eraseOwner(db: Database, owner: string, store = getFileStore()): Promise<ErasedCounts> {
  const counts = await db.transaction().execute(async (tx) => {
    const counted = await countOwned(tx, owner)
    const ids = (await tx.selectFrom('conversation').select('id').where('owner', '=', owner).execute()).map(
      ({ id }) => id,
    )
    for (let at = 0; at < ids.length; at += 100) {
      const batch = ids.slice(at, at + 100)
      // SQLite cascades at most 1,000 levels deep, and a long conversation is a deeper tree than that.
      await tx.updateTable('message').set({ parent_id: null }).where('conversation_id', 'in', batch).execute()
      await tx.deleteFrom('conversation').where('id', 'in', batch).execute()
    }
    await tx.deleteFrom('folder').where('owner', '=', owner).execute()
    await tx.deleteFrom('preference').where('owner', '=', owner).execute()
    await tx.deleteFrom('prompt').where('owner', '=', owner).execute()
    await tx.deleteFrom('acceptance').where('owner', '=', owner).execute()
    await tx.deleteFrom('moderation').where('owner', '=', owner).execute()
    // What was reported of one's own goes; what others have shared is still to be dealt with.
    await tx.deleteFrom('report').where('owner', '=', owner).where('message_id', 'is not', null).execute()
    await tx.updateTable('report').set({ owner: null }).where('owner', '=', owner).execute()
    await disown(tx, owner)
    return counted
  })
  // What cannot be removed just now is nobody's any more, and goes with the next clean-up.
  await removeGone(db, store).catch((error: unknown) => log('error', 'files_not_removed', { error }))
  return counts
}

/** What an owner has, deleted conversations that can still be brought back among it. */
async function countOwned(db: Database, owner: string): Promise<ErasedCounts> {
  type Owned = 'conversation' | 'file' | 'folder' | 'prompt' | 'preference' | 'acceptance' | 'moderation'
  const own = (table: Owned) => count(db.selectFrom(table).where('owner', '=', owner))
  const conversations = db.selectFrom('conversation').select('id').where('owner', '=', owner)
  const within = (table: 'message' | 'share') =>
    count(db.selectFrom(table).where('conversation_id', 'in', conversations))
  // These go with the row of the account.
  const ofAccount = (table: 'api_token' | 'account_link' | 'session') =>
    count(db.selectFrom(table).where('account_id', '=', owner))
  return {
    conversations: await own('conversation'),
    messages: await within('message'),
    files: await own('file'),
    shares: await within('share'),
    folders: await own('folder'),
    prompts: await own('prompt'),
    settings: await own('preference'),
    acceptances: await own('acceptance'),
    reports: await count(
      db.selectFrom('report').where('owner', '=', owner).where('message_id', 'is not', null),
    ),
    moderation: await own('moderation'),
    tokens: await ofAccount('api_token'),
    links: await ofAccount('account_link'),
    sessions: await ofAccount('session'),
  }
}

async function count<Table extends keyof Schema>(
  rows: SelectQueryBuilder<Schema, Table, object>,
): Promise<number> {
  const { rows: number } = await rows.select((eb) => eb.fn.countAll().as('rows')).executeTakeFirstOrThrow()
  return Number(number)
}
