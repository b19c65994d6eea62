import type { Kysely } from 'kysely'

/** How a conversation is to be answered, and which answers were asked of another model than its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('conversation')
    .addColumn('settings', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
  await db.schema.alterTable('message').addColumn('model_asked', 'text').execute()
}
