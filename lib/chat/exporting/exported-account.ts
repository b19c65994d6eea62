import type { Database } from '../../db/schema.ts'
import { ACCOUNT_FORMAT, type AccountDocument } from './account-document.ts'

/** What there can be much of, and is read one at a time. */
type Long = 'shares' | 'reports'

/**
 * Everything of `owner`'s that is in no conversation, as the pieces of one JSON text. Costs the memory of one share or report
 * beside what people have few of.
 */
export async function* exportAccount(db: Database, owner: string, now: number): AsyncGenerator<string> {
  const few: Omit<AccountDocument, Long> = {
    format: ACCOUNT_FORMAT,
    exportedAt: now,
    account: await profileOf(db, owner),
    ...(await signInsOf(db, owner)),
    ...(await keptBy(db, owner)),
    ...(await legalOf(db, owner)),
    ...(await quotaOf(db, owner)),
    ...(await redeemedBy(db, owner)),
  }
  yield JSON.stringify(few, null, 2).replace(/\n}$/, '')
  yield* listOf('shares', sharesOf(db, owner))
  yield* listOf('reports', reportsOf(db, owner))
  yield '\n}\n'
}

async function* listOf<Name extends Long>(
  name: Name,
  rows: AsyncIterable<AccountDocument[Name][number]>,
): AsyncGenerator<string> {
  yield `,\n  "${name}": [`
  let separator = '\n'
  for await (const row of rows) {
    yield `${separator}${JSON.stringify(row)}`
    separator = ',\n'
  }
  yield ']'
}

async function* sharesOf(db: Database, owner: string): AsyncGenerator<AccountDocument['shares'][number]> {
  const conversations = db.selectFrom('conversation').select('id').where('owner', '=', owner)
  const shares = db.selectFrom('share').where('conversation_id', 'in', conversations)
  for (const { id } of await shares.select('id').orderBy('created_at').orderBy('id').execute()) {
    const share = await shares
      .select([
        'id',
        'conversation_id as conversationId',
        'title',
        'messages',
        'created_at as createdAt',
        'expires_at as expiresAt',
      ])
      .where('id', '=', id)
      .executeTakeFirst()
    // Withdrawn since the list was made.
    if (share) yield { ...share, messages: JSON.parse(share.messages) }
  }
}

async function* reportsOf(db: Database, owner: string): AsyncGenerator<AccountDocument['reports'][number]> {
  const reports = db.selectFrom('report').where('owner', '=', owner)
  for (const { id } of await reports.select('id').orderBy('created_at').orderBy('id').execute()) {
    const report = await reports
      .select([
        'reason',
        'comment',
        'content',
        'model',
        'created_at as createdAt',
        'action',
        'action_at as actionAt',
      ])
      .where('id', '=', id)
      .executeTakeFirst()
    if (report) yield report
  }
}

async function profileOf(db: Database, owner: string): Promise<AccountDocument['account']> {
  const row = await db
    .selectFrom('account')
    .leftJoin('access_code', 'access_code.id', 'account.access_code_id')
    .selectAll('account')
    .select('access_code.name as code')
    .where('account.id', '=', owner)
    .executeTakeFirst()
  return {
    id: owner,
    role: row?.role ?? 'guest',
    name: row?.name ?? '',
    email: row?.email ?? null,
    emailConfirmedAt: row?.email_confirmed_at ?? null,
    accessCode: row?.code ?? null,
    createdAt: row?.created_at ?? null,
    seenAt: row?.seen_at ?? null,
  }
}

async function signInsOf(
  db: Database,
  owner: string,
): Promise<Pick<AccountDocument, 'links' | 'sessions' | 'tokens'>> {
  const links = await db
    .selectFrom('account_link')
    .select(['provider', 'subject', 'label', 'created_at as createdAt'])
    .where('account_id', '=', owner)
    .orderBy('created_at')
    .execute()
  const sessions = await db
    .selectFrom('session')
    .select(['agent', 'created_at as createdAt', 'seen_at as seenAt', 'expires_at as expiresAt'])
    .where('account_id', '=', owner)
    .orderBy('created_at')
    .execute()
  const tokens = await db
    .selectFrom('api_token')
    .select(['name', 'prefix', 'created_at as createdAt', 'expires_at as expiresAt', 'used_at as usedAt'])
    .where('account_id', '=', owner)
    .orderBy('created_at')
    .execute()
  return { links, sessions, tokens }
}

async function keptBy(
  db: Database,
  owner: string,
): Promise<Pick<AccountDocument, 'settings' | 'prompts' | 'folders' | 'queue'>> {
  const settings = await db.selectFrom('preference').selectAll().where('owner', '=', owner).execute()
  const prompts = await db
    .selectFrom('prompt')
    .select(['folder', 'title', 'text'])
    .where('owner', '=', owner)
    .orderBy('folder')
    .orderBy('title')
    .execute()
  const folders = await db
    .selectFrom('folder')
    .select(['name', 'created_at as createdAt'])
    .where('owner', '=', owner)
    .orderBy('created_at')
    .execute()
  const conversations = db.selectFrom('conversation').select('id').where('owner', '=', owner)
  const queue = await db
    .selectFrom('queued_question')
    .select(['conversation_id as conversationId', 'question', 'created_at as createdAt'])
    .where('conversation_id', 'in', conversations)
    .orderBy('created_at')
    .execute()
  return {
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, JSON.parse(value)])),
    prompts,
    folders,
    queue: queue.map((waiting) => ({ ...waiting, question: JSON.parse(waiting.question) })),
  }
}

async function legalOf(
  db: Database,
  owner: string,
): Promise<Pick<AccountDocument, 'acceptances' | 'legalTexts' | 'moderation'>> {
  const acceptances = await db
    .selectFrom('acceptance')
    .select([
      'edition',
      'terms_sha256 as termsSha256',
      'privacy_sha256 as privacySha256',
      'locale',
      'minimum_age as minimumAge',
      'accepted_at as acceptedAt',
    ])
    .where('owner', '=', owner)
    .orderBy('accepted_at')
    .execute()
  const accepted = acceptances.flatMap(({ termsSha256, privacySha256 }) => [termsSha256, privacySha256])
  const legalTexts =
    accepted.length === 0
      ? []
      : await db
          .selectFrom('legal_text')
          .select(['sha256', 'name', 'locale', 'version', 'markdown'])
          .where('sha256', 'in', accepted)
          .orderBy('kept_at')
          .orderBy('name')
          .execute()
  const moderation = await db
    .selectFrom('moderation')
    .select(['checked_by as checkedBy', 'model', 'categories', 'action', 'created_at as createdAt'])
    .where('owner', '=', owner)
    .orderBy('created_at')
    .execute()
  return {
    acceptances,
    legalTexts,
    moderation: moderation.map((row) => ({ ...row, categories: JSON.parse(row.categories) })),
  }
}

async function quotaOf(db: Database, owner: string): Promise<Pick<AccountDocument, 'quota' | 'usage'>> {
  const own = await db
    .selectFrom('account_quota')
    .select('quota')
    .where('account_id', '=', owner)
    .executeTakeFirst()
  const usage = await db
    .selectFrom('quota_use')
    .select([
      'hour',
      'day',
      'month',
      'messages_hour as messagesHour',
      'tokens_day as tokensDay',
      'tokens_month as tokensMonth',
      'cost_day as costDay',
      'cost_month as costMonth',
      'credit_tokens as creditTokens',
      'credit_cost as creditCost',
    ])
    .where('account_id', '=', owner)
    .executeTakeFirst()
  return { quota: own ? JSON.parse(own.quota) : null, usage: usage ?? null }
}

async function redeemedBy(
  db: Database,
  owner: string,
): Promise<Pick<AccountDocument, 'redeemed' | 'passes'>> {
  const redeemed = await db
    .selectFrom('redeem_code')
    .innerJoin('redeem_batch', 'redeem_batch.id', 'redeem_code.batch_id')
    .select(['name as batch', 'tokens', 'cost', 'days', 'quota', 'redeemed_at as redeemedAt'])
    .where('account_id', '=', owner)
    .orderBy('redeemed_at')
    .execute()
  const passes = await db
    .selectFrom('quota_pass')
    .select(['quota', 'ends_at as endsAt'])
    .where('account_id', '=', owner)
    .orderBy('ends_at')
    .execute()
  const read = <Row extends { quota: string }>(row: Row) => ({ ...row, quota: JSON.parse(row.quota) })
  return { redeemed: redeemed.map(read), passes: passes.map(read) }
}
