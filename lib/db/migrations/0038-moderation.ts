import type { Kysely } from 'kysely'

/** That a question was refused, or could not be looked at: why, and never its text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('moderation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('checked_by', 'text', (c) => c.notNull())
    .addColumn('categories', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('moderation_owner').on('moderation').column('owner').execute()
}
