import type { Kysely } from 'kysely'

/** What everybody who came by an access code may use, in place of the same limits of their role. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('access_code')
    .addColumn('quota', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
}
