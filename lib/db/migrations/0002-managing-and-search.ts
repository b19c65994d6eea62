import { type Kysely, sql } from 'kysely'
import { dialectOf } from '../dialect-of.ts'
import type { Schema } from '../schema.ts'
import { putSearchText } from '../search-rows.ts'

/** Conversations can be named, pinned, archived, deleted and searched by their owner. */
export async function up(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable('conversation')
    .addColumn('title_source', 'text', (c) => c.notNull().defaultTo('question'))
    .execute()
  await db.schema.alterTable('conversation').addColumn('pinned_at', 'bigint').execute()
  await db.schema.alterTable('conversation').addColumn('archived_at', 'bigint').execute()
  await db.schema.alterTable('conversation').addColumn('deleted_at', 'bigint').execute()
  await db.schema.createIndex('conversation_deleted').on('conversation').column('deleted_at').execute()

  const dialect = dialectOf(db)
  await db.schema
    .createTable('search_row')
    .addColumn('id', dialect === 'sqlite' ? 'integer' : 'bigserial', (c) =>
      dialect === 'sqlite' ? c.primaryKey().autoIncrement() : c.primaryKey(),
    )
    .addColumn('conversation_id', 'text', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('message_id', 'text', (c) => c.references('message.id').onDelete('cascade'))
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('search_row_conversation')
    .on('search_row')
    .columns(['conversation_id', 'message_id'])
    .execute()
  await db.schema.createIndex('search_row_message').unique().on('search_row').column('message_id').execute()
  await (dialect === 'sqlite' ? createSqliteGrams(db) : createPostgresGrams(db))
  await indexEverything(db)
}

/** Only which row has which gram is kept: neither the grams' text nor their places. */
async function createSqliteGrams(db: Kysely<Schema>): Promise<void> {
  await sql`create virtual table search_gram using fts5(
    grams, content='', contentless_delete=1, detail=none, tokenize='ascii'
  )`.execute(db)
  await sql`create trigger search_row_deleted after delete on search_row begin
    delete from search_gram where rowid = old.id;
  end`.execute(db)
}

async function createPostgresGrams(db: Kysely<Schema>): Promise<void> {
  await sql`alter table search_row add column grams integer[] not null`.execute(db)
  // Entries are put in many at a time; a search reads those that wait, so they are few (in KB).
  await sql`create index search_row_grams on search_row using gin (grams)
    with (fastupdate = on, gin_pending_list_limit = 256)`.execute(db)
  await sql`create index search_row_owner on search_row (owner, id)`.execute(db)
}

/** In the order of time, since the index hands out what was put in last first. */
async function indexEverything(db: Kysely<Schema>): Promise<void> {
  const messages = await db.selectFrom('message').select(['id', 'created_at as at']).execute()
  const titles = await db.selectFrom('conversation').select(['id', 'updated_at as at']).execute()
  const all = [
    ...messages.map((row) => ({ ...row, put: putMessage })),
    ...titles.map((row) => ({ ...row, put: putTitle })),
  ].sort((a, b) => a.at - b.at)
  for (const { id, put } of all) await put(db, id)
}

async function putMessage(db: Kysely<Schema>, id: string): Promise<void> {
  const { parts, ...row } = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select(['owner', 'parts', 'message.id as messageId', 'conversation_id as conversationId'])
    .where('message.id', '=', id)
    .executeTakeFirstOrThrow()
  const texts: { type: string; text: string }[] = JSON.parse(parts)
  const text = texts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  await putSearchText(db, { ...row, text })
}

async function putTitle(db: Kysely<Schema>, id: string): Promise<void> {
  const row = await db
    .selectFrom('conversation')
    .select(['owner', 'title as text', 'id as conversationId'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await putSearchText(db, { ...row, messageId: null })
}
