import type { Kysely } from 'kysely'

/** What a link to a provider is called on the account page, and which e-mail addresses were shown to be the person's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('account_link').addColumn('label', 'text').execute()
  await db.schema.alterTable('account').addColumn('email_confirmed_at', 'bigint').execute()
  await db.schema.createIndex('account_link_account').on('account_link').column('account_id').execute()
}
