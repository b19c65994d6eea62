import type { Kysely } from 'kysely'

/** Who accepted which edition of the legal texts, and those texts as they were. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('legal_text')
    .addColumn('sha256', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('markdown', 'text', (c) => c.notNull())
    .addColumn('kept_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('acceptance')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('edition', 'text', (c) => c.notNull())
    .addColumn('minimum_age', 'integer', (c) => c.notNull())
    .addColumn('terms_sha256', 'text', (c) => c.notNull())
    .addColumn('privacy_sha256', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('accepted_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('acceptance_key', ['owner', 'edition'])
    .execute()
}
