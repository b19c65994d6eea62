import type { Kysely } from 'kysely'

/** How far the rotation of an account's keys is, which keys each instance uses, and since when each key is known. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('key_rotation')
    .addColumn('account', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('step_at', 'bigint', (c) => c.notNull())
    .addColumn('service_account', 'text')
    .addColumn('digest', 'text')
    .addColumn('old_service_account', 'text')
    .addColumn('last_at', 'bigint')
    .addColumn('failure', 'text')
    .addColumn('failed_at', 'bigint')
    .addColumn('runner', 'text')
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('key_use')
    .addColumn('instance', 'text', (c) => c.primaryKey())
    .addColumn('digests', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('key_age')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .execute()
}
