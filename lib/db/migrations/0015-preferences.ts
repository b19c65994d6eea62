import type { Kysely } from 'kysely'

/** How people want the site to be, a row for each thing they chose. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('preference')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('preference_key', ['owner', 'name'])
    .execute()
}
