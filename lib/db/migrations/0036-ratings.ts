import type { Kysely } from 'kysely'

/** What a person thinks of an answer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('message').addColumn('rating', 'text').execute()
}
