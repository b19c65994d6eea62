import type { Kysely } from 'kysely'

/** Which of the site's accounts with OpenAI made a stored object, so that follow-ups go out with one of its keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('upstream_object')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('upstream_object_seen').on('upstream_object').column('seen_at').execute()
}
