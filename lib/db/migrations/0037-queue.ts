import type { Kysely } from 'kysely'

/** Questions that wait for the answer before them. Whose they are, their conversation says. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('queued_question')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('conversation_id', 'text', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('answer_id', 'text', (c) => c.notNull())
    .addColumn('below_id', 'text', (c) => c.notNull())
    .addColumn('question', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('has_own_key', 'integer', (c) => c.notNull())
    .addColumn('held', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('queued_question_conversation')
    .on('queued_question')
    .columns(['conversation_id', 'created_at'])
    .execute()
  await db.schema.createIndex('queued_question_below').on('queued_question').column('below_id').execute()
}
