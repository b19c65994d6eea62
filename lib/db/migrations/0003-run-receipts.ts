import type { Kysely } from 'kysely'

/** Answers that are continued have several runs; runs can be stopped from other instances and leave receipts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('run')
    .addColumn('number', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('run').addColumn('stop_requested_at', 'bigint').execute()
  await db.schema.alterTable('run').addColumn('watched_at', 'bigint').execute()
  await db.schema.alterTable('run').addColumn('receipt', 'text').execute()
  // Of two continuations at once the second fails here, whatever else it believed.
  await db.schema
    .createIndex('run_message_number')
    .unique()
    .on('run')
    .columns(['message_id', 'number'])
    .execute()
  await db.schema.dropIndex('run_message').execute()

  await db.schema
    .createTable('run_raw')
    .addColumn('run_id', 'text', (c) => c.primaryKey().references('run.id').onDelete('cascade'))
    .addColumn('gzip_base64', 'text', (c) => c.notNull())
    .execute()
}
