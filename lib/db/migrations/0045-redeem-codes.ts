import type { Kysely } from 'kysely'

/** Codes that add to what an account may use: credit, which is drawn from when a limit is used up, and passes, which raise limits for a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('redeem_batch')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('tokens', 'bigint', (c) => c.notNull())
    .addColumn('cost', 'bigint', (c) => c.notNull())
    .addColumn('days', 'bigint', (c) => c.notNull())
    .addColumn('quota', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .execute()
  await db.schema
    .createTable('redeem_code')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('batch_id', 'text', (c) => c.notNull().references('redeem_batch.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.references('account.id').onDelete('set null'))
    .addColumn('redeemed_at', 'bigint')
    .execute()
  await db.schema.createIndex('redeem_code_batch').on('redeem_code').column('batch_id').execute()
  await db.schema.createIndex('redeem_code_account').on('redeem_code').column('account_id').execute()
  await db.schema
    .createTable('quota_pass')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('quota', 'text', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('quota_pass_account').on('quota_pass').column('account_id').execute()
  for (const table of ['quota_use', 'quota_hold']) {
    for (const column of ['credit_tokens', 'credit_cost']) {
      await db.schema
        .alterTable(table)
        .addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0))
        .execute()
    }
  }
}
