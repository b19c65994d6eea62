import type { Database } from '../../db/schema.ts'
import { matching } from '../match-people.ts'
import { type AccountQuotaView, type Quota, type QuotaRole, quota, quotaRole, raised } from './quota.ts'

/**
 * What an account may use: its role's quota; in place of the same limits what is set for the access code by which it came,
 * and for the account itself; raised by the passes it redeemed. Undefined when it has no quota at all, as the owner never has, and for ids that are no account's.
 */
export async function findQuota(
  db: Database,
  accountId: string,
  now = Date.now(),
): Promise<Quota | undefined> {
  const row = await db
    .selectFrom('account')
    .leftJoin('role_quota', 'role_quota.role', 'account.role')
    .leftJoin('access_code', 'access_code.id', 'account.access_code_id')
    .leftJoin('account_quota', 'account_quota.account_id', 'account.id')
    .select(['role_quota.quota as ofRole', 'access_code.quota as ofCode', 'account_quota.quota as own'])
    .where('account.id', '=', accountId)
    .where('account.role', '!=', 'owner')
    .executeTakeFirst()
  const found = { ...parseQuota(row?.ofRole), ...parseQuota(row?.ofCode), ...parseQuota(row?.own) }
  if (Object.keys(found).length === 0) return undefined
  const passes = await listPasses(db, accountId, now)
  return passes.reduce((quota, pass) => raised(quota, pass.quota), found)
}

/** What an account redeemed that raises its limits at `now`, the longest last. */
export async function listPasses(
  db: Database,
  accountId: string,
  now: number,
): Promise<{ quota: Quota; endsAt: number }[]> {
  const rows = await db
    .selectFrom('quota_pass')
    .select(['quota', 'ends_at'])
    .where('account_id', '=', accountId)
    .where('ends_at', '>', now)
    .orderBy('ends_at')
    .execute()
  return rows.map((row) => ({ quota: parseQuota(row.quota), endsAt: Number(row.ends_at) }))
}

/** Whether anybody at all has a quota. */
export async function hasQuotas(db: Database): Promise<boolean> {
  const found = await Promise.all([
    db.selectFrom('role_quota').select('role').limit(1).executeTakeFirst(),
    db.selectFrom('account_quota').select('account_id').limit(1).executeTakeFirst(),
    db.selectFrom('access_code').select('id').where('quota', '<>', '{}').limit(1).executeTakeFirst(),
  ])
  return found.some((row) => row !== undefined)
}

/** Sets what everybody of a role may use; an empty one takes all limits away. */
export async function setRoleQuota(db: Database, role: QuotaRole, wanted: Quota): Promise<void> {
  const text = JSON.stringify(quota.parse(wanted))
  if (text === '{}') {
    await db.deleteFrom('role_quota').where('role', '=', role).execute()
    return
  }
  await db
    .insertInto('role_quota')
    .values({ role, quota: text })
    .onConflict((conflict) => conflict.column('role').doUpdateSet({ quota: text }))
    .execute()
}

/** Sets what each who comes by an access code may use in place of their role's limits. False when there is no such code. */
export async function setAccessCodeQuota(db: Database, id: string, wanted: Quota): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access_code')
    .set({ quota: JSON.stringify(quota.parse(wanted)) })
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** By role; those without a quota are left out. */
export async function listRoleQuotas(db: Database): Promise<Partial<Record<QuotaRole, Quota>>> {
  const rows = await db.selectFrom('role_quota').selectAll().execute()
  return Object.fromEntries(rows.map((row) => [row.role, parseQuota(row.quota)]))
}

/** More are not shown at once: each has fields of its own. */
const MOST_SHOWN = 25

/**
 * Accounts of these roles, those that `q` finds (all without it), and what is set for each: those with a quota of their own first,
 * then by name, the first of `total`.
 */
export async function listAccountQuotas(
  db: Database,
  ofRoles: readonly QuotaRole[],
  q = '',
): Promise<{ people: AccountQuotaView[]; total: number }> {
  let wanted = db.selectFrom('account').where('account.role', 'in', ofRoles)
  for (const condition of matching(db, q)) wanted = wanted.where(condition)
  const [{ total }, rows] = await Promise.all([
    wanted.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow(),
    wanted
      .leftJoin('account_quota', 'account_quota.account_id', 'account.id')
      .leftJoin('access_code', 'access_code.id', 'account.access_code_id')
      .select(['account.id', 'account.role', 'account.name', 'account.email', 'account_quota.quota'])
      .select('access_code.quota as ofCode')
      .orderBy((eb) => eb.case().when('account_quota.quota', 'is', null).then(1).else(0).end())
      .orderBy('account.name')
      .orderBy('account.id')
      .limit(MOST_SHOWN)
      .execute(),
  ])
  const people = rows.map(({ role, quota, ofCode, ...row }) => ({
    ...row,
    ofCode: parseQuota(ofCode),
    // One of `ofRoles`.
    role: role as QuotaRole,
    quota: parseQuota(quota),
  }))
  return { people, total: Number(total) }
}

/**
 * Sets what one account may use in place of its role's limits; an empty one leaves it with those. False when there is no
 * such account of one of `ofRoles`.
 */
export async function setAccountQuota(
  db: Database,
  accountId: string,
  wanted: Quota,
  ofRoles: readonly QuotaRole[] = quotaRole.options,
): Promise<boolean> {
  const text = JSON.stringify(quota.parse(wanted))
  return await db.transaction().execute(async (tx) => {
    // Locked, so that its role is not another one when the quota is written.
    const { numUpdatedRows } = await tx
      .updateTable('account')
      .set((eb) => ({ role: eb.ref('role') }))
      .where('id', '=', accountId)
      .where('role', 'in', ofRoles)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await tx.deleteFrom('account_quota').where('account_id', '=', accountId).execute()
    if (text !== '{}') {
      await tx.insertInto('account_quota').values({ account_id: accountId, quota: text }).execute()
    }
    return true
  })
}

export const parseQuota = (text: string | null | undefined): Quota =>
  text ? quota.parse(JSON.parse(text)) : {}
