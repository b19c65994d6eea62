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
  const text = foldText(row.text)
  if (text === '') return
  const grams = gramsIn(row.owner, text)
  const { conversationId: conversation_id, messageId: message_id, owner } = row
  const values = { conversation_id, message_id, owner, text }
  if (dialectOf(db) === 'postgres') {
    await db
      .insertInto('search_row')
      .values({ ...values, grams: gramArray(grams) })
      .execute()
    return
  }
  const { id } = await db.insertInto('search_row').values(values).returning('id').executeTakeFirstOrThrow()
  // Rows leave the table of grams with those of `search_row`, by a trigger.
  await insertGrams(db, id, grams)
}

/** Puts another text into the index in the place of the one that has this id there. For migrations. */
export async function changeSearchText(
  db: Kysely<Schema>,
  row: { id: number; owner: string; text: string },
): Promise<void> {
  const text = foldText(row.text)
  const grams = gramsIn(row.owner, text)
  const isPostgres = dialectOf(db) === 'postgres'
  await db
    .updateTable('search_row')
    .set(isPostgres ? { text, grams: gramArray(grams) } : { text })
    .where('id', '=', row.id)
    .execute()
  if (isPostgres) return
  await sql`delete from search_gram where rowid = ${row.id}`.execute(db)
  await insertGrams(db, row.id, grams)
}

const gramsIn = (owner: string, folded: string) => [gramOfOwner(owner), ...gramsOf(folded)]

const insertGrams = (db: Kysely<Schema>, id: number, grams: readonly number[]) =>
  sql`insert into search_gram (rowid, grams) values (${id}, ${grams.map(gramToken).join(' ')})`.execute(db)

/** Grams as PostgreSQL's array, handed over as text, so that no driver has to know the type. */
export const gramArray = (grams: Iterable<number>) =>
  sql<string>`cast(cast(${`{${[...grams].join(',')}}`} as text) as integer[])`

/** A gram as a word of SQLite's full-text index, which splits at everything that is no letter or digit. */
export const gramToken = (gram: number) => (gram >>> 0).toString(36)
