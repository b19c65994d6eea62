import type { Transaction } from 'kysely'
import { readableText } from '../db/readable-text.ts'
import type { Schema } from '../db/schema.ts'
import { putSearchText } from '../db/search-rows.ts'
import type { Message } from './contract.ts'
import { filesOfParts, type Part, textOfParts } from './parts.ts'

/**
 * By what a message can be found: the names of its files, and what it says, an answer as it is read. Without `asides` only
 * what is read along.
 */
export function searchTextOf(
  { role, parts }: Pick<Message, 'role' | 'parts'>,
  { asides }: { asides: boolean },
) {
  const text = textOfParts(parts)
  return [
    ...filesOfParts(parts).map(({ name }) => name),
    role === 'assistant' ? readableText(text, { asides }) : text,
  ]
    .filter((piece) => piece !== '')
    .join('\n')
}

/**
 * Makes messages findable, as they are stored now; one that is being written waits for its end. Call it in the
 * transaction that stored them.
 */
export async function indexMessages(tx: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select(['owner', 'role', 'parts', 'message.id as messageId', 'conversation_id as conversationId'])
    .where('message.id', 'in', ids)
    .where('status', '!=', 'running')
    .execute()
  for (const { role, parts: json, ...row } of rows) {
    const parts: Part[] = JSON.parse(json) // written by `run-store.ts`
    await putSearchText(tx, { ...row, text: searchTextOf({ role, parts }, { asides: true }) })
  }
}

/** Builds the index anew, from the oldest to the newest. */
export async function indexEverything(tx: Transaction<Schema>): Promise<void> {
  await tx.deleteFrom('search_row').execute()
  const conversations = await tx.selectFrom('conversation').select('id').orderBy('updated_at').execute()
  for (const { id } of conversations) {
    const messages = await tx
      .selectFrom('message')
      .select('id')
      .where('conversation_id', '=', id)
      .orderBy('created_at')
      .execute()
    for (let at = 0; at < messages.length; at += 100) {
      await indexMessages(
        tx,
        messages.slice(at, at + 100).map((message) => message.id),
      )
    }
    await indexTitle(tx, id)
  }
}

/** Makes a conversation findable by its title, and puts it before everything that was said until now. */
export async function indexTitle(tx: Transaction<Schema>, conversationId: string): Promise<void> {
  const row = await tx
    .selectFrom('conversation')
    .select(['owner', 'title as text', 'id as conversationId'])
    .where('id', '=', conversationId)
    .executeTakeFirst()
  if (row) await putSearchText(tx, { ...row, messageId: null })
}
