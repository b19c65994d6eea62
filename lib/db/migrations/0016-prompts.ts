import type { Kysely } from 'kysely'

/** The prompts people keep. Ids are made in their browsers, so each is one among its owner's only. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('prompt')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('folder', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('prompt_key', ['owner', 'id'])
    .execute()
}
