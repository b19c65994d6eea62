import type { Kysely } from 'kysely'

/** What each role may use, what single accounts may instead, and what models cost. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('role_quota')
    .addColumn('role', 'text', (c) => c.primaryKey())
    .addColumn('quota', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('account_quota')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id').onDelete('cascade'))
    .addColumn('quota', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('model_price')
    .addColumn('model', 'text', (c) => c.primaryKey())
    .addColumn('input', 'bigint', (c) => c.notNull())
    .addColumn('cached', 'bigint', (c) => c.notNull())
    .addColumn('output', 'bigint', (c) => c.notNull())
    .execute()
}
