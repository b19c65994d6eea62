import type { Kysely } from 'kysely'

/** Folders of conversations, one level deep. Without its folder a conversation stays, in none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('folder')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('collapsed', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('folder_owner').on('folder').column('owner').execute()
  await db.schema
    .alterTable('conversation')
    .addColumn('folder_id', 'text', (c) => c.references('folder.id').onDelete('set null'))
    .execute()
  await db.schema.createIndex('conversation_folder').on('conversation').column('folder_id').execute()
}
