import type { Kysely } from 'kysely'

/** What people attach, and in which conversations it is used. The bytes lie in the file store. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('file')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('media_type', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('pages', 'integer')
    .addColumn('text_chars', 'integer')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('touched_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('file_owner').on('file').columns(['owner', 'sha256']).execute()
  await db.schema.createIndex('file_touched').on('file').columns(['status', 'touched_at']).execute()
  await db.schema
    .createTable('file_use')
    .addColumn('conversation_id', 'text', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('file_id', 'text', (c) => c.notNull().references('file.id'))
    .addPrimaryKeyConstraint('file_use_key', ['conversation_id', 'file_id'])
    .execute()
  await db.schema.createIndex('file_use_file').on('file_use').column('file_id').execute()
}
