import { sql } from 'kysely'
import { DAY_MS } from '../../day.ts'
import { expiringRows } from '../../db/expiring.ts'
import type { Database } from '../../db/schema.ts'
import { digestOf, newCode } from '../digest.ts'
import { parseQuota } from './account-quota.ts'
import { periodsAt } from './periods.ts'
import type { Quota } from './quota.ts'
import type { RedeemBatchDraft, RedeemBatchView, Redeemed } from './redeem-contract.ts'
import { openUse } from './reserve.ts'

/** Makes a batch of codes, which are told once: only their digests are kept. */
export async function createRedeemBatch(
  db: Database,
  { name, count, validDays, tokens = 0, cost = 0, days = 0, quota }: RedeemBatchDraft,
  now = Date.now(),
): Promise<string[]> {
  const id = crypto.randomUUID()
  const codes = Array.from({ length: count }, newCode)
  const expires_at = validDays === undefined ? null : now + validDays * DAY_MS
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('redeem_batch')
      .values({ id, name, tokens, cost, days, quota: JSON.stringify(quota), created_at: now, expires_at })
      .execute()
    for (let at = 0; at < codes.length; at += 100) {
      const rows = codes.slice(at, at + 100).map((code) => ({ digest: digestOf(code), batch_id: id }))
      await tx.insertInto('redeem_code').values(rows).execute()
    }
  })
  return codes.map(spaced)
}

/** Every batch that has codes, the newest first. */
export async function listRedeemBatches(db: Database): Promise<RedeemBatchView[]> {
  const rows = await db
    .selectFrom('redeem_batch')
    .innerJoin('redeem_code', 'redeem_code.batch_id', 'redeem_batch.id')
    .selectAll('redeem_batch')
    .select((eb) => [eb.fn.countAll().as('codes'), eb.fn.count('redeem_code.redeemed_at').as('used')])
    .groupBy('redeem_batch.id')
    .orderBy('redeem_batch.created_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...addedBy(row),
    createdAt: Number(row.created_at),
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    used: Number(row.used),
    left: Number(row.codes) - Number(row.used),
  }))
}

/** Revokes the codes of a batch that nobody has redeemed; how many those were. A batch without any code is gone. */
export async function revokeUnused(db: Database, batchId: string): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('redeem_code')
      .where('batch_id', '=', batchId)
      .where('redeemed_at', 'is', null)
      .executeTakeFirst()
    const used = tx.selectFrom('redeem_code').select('batch_id').where('batch_id', '=', batchId)
    await tx
      .deleteFrom('redeem_batch')
      .where('id', '=', batchId)
      .where(({ not, exists }) => not(exists(used)))
      .execute()
    return Number(numDeletedRows)
  })
}

/**
 * Adds to what an account may use by a code; returns what was added, or null when the code is wrong, too old, revoked or
 * used. Of any number who redeem a code at once, one succeeds.
 */
export async function redeemCode(
  db: Database,
  accountId: string,
  code: string,
  now = Date.now(),
): Promise<Redeemed | null> {
  return await db.transaction().execute(async (tx) => {
    const usable = tx
      .selectFrom('redeem_batch')
      .select('id')
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    const taken = await tx
      .updateTable('redeem_code')
      .set({ account_id: accountId, redeemed_at: now })
      .where('digest', '=', digestOf(plain(code)))
      .where('redeemed_at', 'is', null)
      .where('batch_id', 'in', usable)
      .returning('batch_id')
      .executeTakeFirst()
    if (!taken) return null
    const batch = tx.selectFrom('redeem_batch').selectAll().where('id', '=', taken.batch_id)
    const added = addedBy(await batch.executeTakeFirstOrThrow())
    await openUse(tx, accountId, periodsAt(now))
    await tx
      .updateTable('quota_use')
      .set((eb) => ({
        credit_tokens: eb('credit_tokens', '+', added.tokens),
        credit_cost: eb('credit_cost', '+', added.cost),
      }))
      .where('account_id', '=', accountId)
      .execute()
    if (added.days > 0) await addPass(tx, accountId, added, now)
    return added
  })
}

/** The same limits as a pass that runs make that one longer. */
async function addPass(
  tx: Database,
  accountId: string,
  { quota, days }: { quota: Quota; days: number },
  now: number,
): Promise<void> {
  const text = JSON.stringify(quota)
  const { numUpdatedRows } = await tx
    .updateTable('quota_pass')
    .set((eb) => ({ ends_at: eb('ends_at', '+', days * DAY_MS) }))
    .where('account_id', '=', accountId)
    .where('quota', '=', text)
    .where('ends_at', '>', now)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const id = crypto.randomUUID()
  const ends_at = now + days * DAY_MS
  await tx.insertInto('quota_pass').values({ id, account_id: accountId, quota: text, ends_at }).execute()
}

/** Passes that are over. */
export const pastPasses = expiringRows('quota_pass', 'id', (now) => sql`ends_at <= ${now}`)

const addedBy = (row: { tokens: number; cost: number; days: number; quota: string }): Redeemed => ({
  tokens: Number(row.tokens),
  cost: Number(row.cost),
  days: Number(row.days),
  quota: parseQuota(row.quota),
})

/** In groups of six, which are easier to copy by hand. */
const spaced = (code: string) => code.replaceAll(/.{6}(?=.)/g, '$&-')
const plain = (code: string) => code.toLowerCase().replaceAll(/[\s-]/g, '')
