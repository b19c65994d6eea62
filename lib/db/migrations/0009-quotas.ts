import type { Kysely } from 'kysely'

/** What each account has used of its quotas in the hour, day and month that run, and what is reserved of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('quota_use')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('day', 'bigint', (c) => c.notNull())
    .addColumn('month', 'bigint', (c) => c.notNull())
    .addColumn('messages_hour', 'bigint', (c) => c.notNull())
    .addColumn('tokens_day', 'bigint', (c) => c.notNull())
    .addColumn('tokens_month', 'bigint', (c) => c.notNull())
    .addColumn('cost_day', 'bigint', (c) => c.notNull())
    .addColumn('cost_month', 'bigint', (c) => c.notNull())
    .addColumn('running', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('quota_hold')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('tokens', 'bigint', (c) => c.notNull())
    .addColumn('cost', 'bigint', (c) => c.notNull())
    .addColumn('day', 'bigint', (c) => c.notNull())
    .addColumn('month', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('quota_hold_account')
    .on('quota_hold')
    .columns(['account_id', 'expires_at'])
    .execute()
}
