import type { Kysely } from 'kysely'

/** Answers and shares that somebody reported, as they were, and what was done about it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('report')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('owner', 'text')
    .addColumn('address_hash', 'text')
    .addColumn('message_id', 'text')
    .addColumn('share_id', 'text')
    .addColumn('model', 'text')
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('action', 'text')
    .addColumn('action_note', 'text')
    .addColumn('action_by', 'text')
    .addColumn('action_at', 'bigint')
    .execute()
  await db.schema.createIndex('report_action_at').on('report').columns(['action_at', 'created_at']).execute()
  await db.schema.createIndex('report_owner').on('report').column('owner').execute()
}
