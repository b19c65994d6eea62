import { type Kysely, sql } from 'kysely'
import { dialectOf } from './dialect-of.ts'
import type { Schema } from './schema.ts'
import { foldText, gramOfOwner, gramsOf } from './search-text.ts'

/** A text to be found: a message's, or with `messageId` null the title of the conversation. */
export interface SearchText {
  owner: string
  conversationId: string
  messageId: string | null
  text: string
}

/**
 * Puts a text into the index as its newest one, in place of what was there for the same message or title. Call it in
 * the transaction that stores the text.
 */
export async function putSearchText(db: Kysely<Schema>, row: SearchText): Promise<void> {
  await db
    .deleteFrom('search_row')
    .where('conversation_id', '=', row.conversationId)
    .where('message_id', row.messageId === null ? 'is' : '=', row.messageId)
    .execute()
  const folded = foldText(row.text)
  if (folded === '') return
  const grams = [gramOfOwner(row.owner), ...gramsOf(folded)]
  const values = {
    conversation_id: row.conversationId,
    message_id: row.messageId,
    owner: row.owner,
    text: folded,
  }
  if (dialectOf(db) === 'postgres') {
    await db
      .insertInto('search_row')
      .values({ ...values, grams: gramArray(grams) })
      .execute()
    return
  }
  const { id } = await db.insertInto('search_row').values(values).returning('id').executeTakeFirstOrThrow()
  // Rows leave the table of grams with those of `search_row`, by a trigger.
  const tokens = grams.map(gramToken).join(' ')
  await sql`insert into search_gram (rowid, grams) values (${id}, ${tokens})`.execute(db)
}

/** Grams as PostgreSQL's array, handed over as text, so that no driver has to know the type. */
export const gramArray = (grams: Iterable<number>) =>
  sql<string>`cast(cast(${`{${[...grams].join(',')}}`} as text) as integer[])`

/** A gram as a word of SQLite's full-text index, which splits at everything that is no letter or digit. */
export const gramToken = (gram: number) => (gram >>> 0).toString(36)
