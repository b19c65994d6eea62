import type { Kysely } from 'kysely'

/** The first message that was sent to the model for an answer, where the conversation was too long for all of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('message').addColumn('context_from', 'text').execute()
}
