import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Database, Schema } from '../../db/schema.ts'
import { claimFiles } from '../files/file-rows.ts'
import { folderOfName } from '../folders.ts'
import { filesOfParts } from '../parts.ts'
import { indexMessages, indexTitle } from '../search-index.ts'
import type { ImportOutcome } from './import-events.ts'
import type { PlantedConversation } from './plant-tree.ts'

/** Rows in one statement; SQLite and PostgreSQL limit the values of one. */
const CHUNK = 200
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Stores a conversation for `owner`, all or nothing. Its ids follow from the owner and the ids in the file, so that the
 * same file again finds it: then nothing is changed, unless its owner had deleted it, which is undone. Conversations of
 * this program's own export keep their ids, and so their addresses, where those are free.
 */
export async function storeImport(
  db: Database,
  owner: string,
  conversation: PlantedConversation,
  now: number,
): Promise<{ outcome: Exclude<ImportOutcome, 'skipped'>; conversationId: string }> {
  return await db.transaction().execute(async (tx) => {
    const derived = derivedId(owner, conversation)
    const own = ownIds(conversation)
    const candidates = own ? [conversation.id, derived] : [derived]
    const stored = await tx
      .selectFrom('conversation')
      .select(['id', 'deleted_at'])
      .where('id', 'in', candidates)
      .where('owner', '=', owner)
      .executeTakeFirst()
    if (stored) {
      if (stored.deleted_at === null) return { outcome: 'here', conversationId: stored.id }
      await restore(tx, owner, stored.id, now)
      return { outcome: 'restored', conversationId: stored.id }
    }
    const keepsIds = own !== null && (await areFree(tx, conversation.id, own))
    const conversationId = keepsIds ? conversation.id : derived
    const idOf = new Map(
      conversation.messages.map(({ id }, index) => [id, keepsIds ? id : messageId(derived, index)]),
    )
    // Another instance may be importing the same file for the same person.
    if (!(await insert(tx, owner, conversationId, conversation, idOf, now))) {
      return { outcome: 'here', conversationId }
    }
    const files = conversation.messages.flatMap(({ parts }) => filesOfParts(parts))
    await claimFiles(
      tx,
      owner,
      conversationId,
      files.map(({ fileId }) => fileId),
      now,
    )
    return { outcome: 'imported', conversationId }
  })
}

/** The ids of a conversation of this program's own export, if they are such as it makes. */
function ownIds({ source, id, messages }: PlantedConversation): string[] | null {
  const ids = messages.map((message) => message.id)
  return source === 'tain' && [id, ...ids].every((own) => UUID.test(own)) ? ids : null
}

async function areFree(tx: Transaction<Schema>, id: string, messageIds: readonly string[]): Promise<boolean> {
  if (await tx.selectFrom('conversation').select('id').where('id', '=', id).executeTakeFirst()) return false
  for (const chunk of chunksOf(messageIds)) {
    const taken = await tx.selectFrom('message').select('id').where('id', 'in', chunk).executeTakeFirst()
    if (taken) return false
  }
  return true
}

async function restore(tx: Transaction<Schema>, owner: string, id: string, now: number): Promise<void> {
  await tx
    .updateTable('conversation')
    .set((eb) => ({ deleted_at: null, touched_at: now, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .where('owner', '=', owner)
    .execute()
}

async function insert(
  tx: Transaction<Schema>,
  owner: string,
  id: string,
  conversation: PlantedConversation,
  idOf: ReadonlyMap<string, string>,
  now: number,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('conversation')
    .values({
      id,
      owner,
      title: conversation.title,
      title_source: conversation.titleSource,
      active_leaf_id: idOf.get(conversation.activeId) ?? null,
      revision: 0,
      created_at: conversation.createdAt,
      updated_at: conversation.updatedAt,
      // However old it is, it has just come.
      touched_at: now,
      pinned_at: conversation.pinnedAt,
      archived_at: conversation.archivedAt,
      settings: JSON.stringify(conversation.settings ?? {}),
      folder_id: await folderOfName(tx, owner, conversation.folder ?? '', conversation.createdAt),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) return false
  const rows = conversation.messages.map((message) => ({
    id: idOf.get(message.id) ?? '',
    conversation_id: id,
    parent_id: message.parentId === null ? null : (idOf.get(message.parentId) ?? null),
    role: message.role,
    parts: JSON.stringify(message.parts),
    status: message.status,
    error: message.error === null ? null : JSON.stringify(message.error),
    // PostgreSQL's texts cannot hold NUL.
    model: message.model?.replace(/\p{Cc}/gu, '').slice(0, 200) ?? null,
    rating: message.rating ?? null,
    created_at: message.createdAt,
  }))
  for (const chunk of chunksOf(rows)) {
    // SQLite works in this thread: the others get a turn between.
    await setImmediate()
    await tx.insertInto('message').values(chunk).execute()
    await indexMessages(
      tx,
      chunk.map((row) => row.id),
    )
  }
  await indexTitle(tx, id)
  return true
}

function* chunksOf<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK)
}

/** RFC 9562, version 8: made of a hash. */
function derivedId(owner: string, { source, id }: PlantedConversation): string {
  return asUuid(
    createHash('sha256')
      .update(JSON.stringify([owner, source, id]))
      .digest('hex'),
  )
}

/** Begins with the message's place, so that messages of the same moment keep their order. */
function messageId(conversationId: string, index: number): string {
  const place = index.toString(16).padStart(8, '0')
  return asUuid(place + createHash('sha256').update(`${conversationId} ${index}`).digest('hex'))
}

const asUuid = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
