import type { Kysely } from 'kysely'

/** Branches that somebody shows to whoever has the address. They go with their conversation, whose owner is theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('share')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('conversation_id', 'text', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('messages', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .execute()
  await db.schema.createIndex('share_conversation').on('share').column('conversation_id').execute()
  await db.schema.createIndex('share_expires').on('share').column('expires_at').execute()
}
