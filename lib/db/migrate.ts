import { type Migration, Migrator } from 'kysely/migration'
import * as conversations from './migrations/0001-conversations.ts'
import * as managingAndSearch from './migrations/0002-managing-and-search.ts'
import * as runReceipts from './migrations/0003-run-receipts.ts'
import * as conversationSettings from './migrations/0004-conversation-settings.ts'
import * as accounts from './migrations/0007-accounts.ts'
import * as quotas from './migrations/0009-quotas.ts'
import * as shares from './migrations/0011-shares.ts'
import * as folders from './migrations/0012-folders.ts'
import * as preferences from './migrations/0015-preferences.ts'
import * as prompts from './migrations/0016-prompts.ts'
import * as upstreamObjects from './migrations/0020-upstream-objects.ts'
import * as apiTokens from './migrations/0021-api-tokens.ts'
import * as files from './migrations/0022-files.ts'
import * as providers from './migrations/0025-providers.ts'
import * as quotaRules from './migrations/0027-quota-rules.ts'
import * as acceptance from './migrations/0030-acceptance.ts'
import * as reports from './migrations/0031-reports.ts'
import * as keyRotation from './migrations/0033-key-rotation.ts'
import * as ratings from './migrations/0036-ratings.ts'
import * as queue from './migrations/0037-queue.ts'
import * as moderation from './migrations/0038-moderation.ts'
import * as contextMark from './migrations/0044-context-mark.ts'
import * as redeemCodes from './migrations/0045-redeem-codes.ts'
import * as accessCodeQuota from './migrations/0046-access-code-quota.ts'
import * as moderationLog from './migrations/0047-moderation-log.ts'
import * as housekeeping from './migrations/0052-housekeeping.ts'
import * as searchAsRead from './migrations/0053-search-as-read.ts'
import type { Database } from './schema.ts'

/** Listed by hand, so that bundlers and plain Node see the same migrations. */
const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
  '0002-managing-and-search': managingAndSearch,
  '0003-run-receipts': runReceipts,
  '0004-conversation-settings': conversationSettings,
  '0007-accounts': accounts,
  '0009-quotas': quotas,
  '0011-shares': shares,
  '0012-folders': folders,
  '0015-preferences': preferences,
  '0016-prompts': prompts,
  '0020-upstream-objects': upstreamObjects,
  '0021-api-tokens': apiTokens,
  '0022-files': files,
  '0025-providers': providers,
  '0027-quota-rules': quotaRules,
  '0030-acceptance': acceptance,
  '0031-reports': reports,
  '0033-key-rotation': keyRotation,
  '0036-ratings': ratings,
  '0037-queue': queue,
  '0038-moderation': moderation,
  '0044-context-mark': contextMark,
  '0045-redeem-codes': redeemCodes,
  '0046-access-code-quota': accessCodeQuota,
  '0047-moderation-log': moderationLog,
  '0052-housekeeping': housekeeping,
  '0053-search-as-read': searchAsRead,
}

/** Parts of the site are made side by side, so one can come later than its number says; none depends on that. */
const createMigrator = (db: Database) =>
  new Migrator({ db, provider: { getMigrations: async () => migrations }, allowUnorderedMigrations: true })

/** Their names, in order. */
export const migrationNames: readonly string[] = Object.keys(migrations).toSorted()

/** What `migrate` would still do. A database in which nothing was ever done is new. */
export async function pendingMigrations(db: Database): Promise<{ isNew: boolean; names: string[] }> {
  const migrator = createMigrator(db)
  const all = await migrator.getMigrations()
  const pending = all.filter(({ executedAt }) => executedAt === undefined)
  return { isNew: pending.length === all.length, names: pending.map(({ name }) => name) }
}

/**
 * Brings the schema up to date; one process at a time, all or nothing. Throws with one sentence when the database was
 * written by a newer Tain, and with the database's own error when a migration fails.
 */
export async function migrate(db: Database): Promise<void> {
  const migrator = createMigrator(db)
  const done = (await migrator.getMigrations()).length
  const { error, results } = await migrator.migrateToLatest()
  if (!error) return
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new Error(
      `The database was written by a newer version of Tain than this one, which knows ${done} migrations; nothing was changed. Start the newer version, or restore a backup.`,
      { cause: error },
    )
  }
  const failed = results?.find((result) => result.status === 'Error')
  throw new Error(`Migration ${failed?.migrationName ?? ''} of the database failed; nothing was changed.`, {
    cause: error,
  })
}
