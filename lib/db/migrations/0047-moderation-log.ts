import type { Kysely } from 'kysely'

/** Which model refused a question, and the order in which the console pages through what was refused. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('moderation').addColumn('model', 'text').execute()
  await db.schema.createIndex('moderation_created').on('moderation').columns(['created_at', 'id']).execute()
}
