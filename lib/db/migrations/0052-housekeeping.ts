import { type Kysely, sql } from 'kysely'

/** Who tidies up and when it was done, how much was erased, and what tells how old things are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('housekeeping')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('runner', 'text')
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint')
    .addColumn('failed_at', 'bigint')
    .execute()
  await db.schema
    .createTable('erased_count')
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('erased_count_pk', ['day', 'kind'])
    .execute()
  await db.schema
    .alterTable('conversation')
    .addColumn('touched_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('conversation_updated').on('conversation').column('updated_at').execute()
  await db.schema
    .alterTable('run_raw')
    .addColumn('kept_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`update run_raw set kept_at = coalesce((select run.ended_at from run where run.id = run_raw.run_id), 0)`.execute(
    db,
  )
  await db.schema.createIndex('run_raw_kept').on('run_raw').column('kept_at').execute()
}
