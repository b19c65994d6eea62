import type { Database } from '../../db/schema.ts'
import { type AccountQuotaView, type Quota, type QuotaRole, quota, quotaRole } from './quota.ts'

/**
 * What an account may use: its role's quota, with what is set for the account itself in place of the same limits.
 * Undefined when it has no quota at all, as the owner never has, and for ids that are no account's.
 */
export async function findQuota(db: Database, accountId: string): Promise<Quota | undefined> {
  const row = await db
    .selectFrom('account')
    .leftJoin('role_quota', 'role_quota.role', 'account.role')
    .leftJoin('account_quota', 'account_quota.account_id', 'account.id')
    .select(['role_quota.quota as ofRole', 'account_quota.quota as own'])
    .where('account.id', '=', accountId)
    .where('account.role', '!=', 'owner')
    .executeTakeFirst()
  const found = { ...parseQuota(row?.ofRole), ...parseQuota(row?.own) }
  return Object.keys(found).length > 0 ? found : undefined
}

/** Whether anybody at all has a quota. */
export async function hasQuotas(db: Database): Promise<boolean> {
  const [role, account] = await Promise.all([
    db.selectFrom('role_quota').select('role').limit(1).executeTakeFirst(),
    db.selectFrom('account_quota').select('account_id').limit(1).executeTakeFirst(),
  ])
  return role !== undefined || account !== undefined
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

/** By role; those without a quota are left out. */
export async function listRoleQuotas(db: Database): Promise<Partial<Record<QuotaRole, Quota>>> {
  const rows = await db.selectFrom('role_quota').selectAll().execute()
  return Object.fromEntries(rows.map((row) => [row.role, parseQuota(row.quota)]))
}

/** Accounts of these roles and what is set for each: those with a quota of their own first, then by name. */
export async function listAccountQuotas(
  db: Database,
  ofRoles: readonly QuotaRole[],
): Promise<AccountQuotaView[]> {
  const rows = await db
    .selectFrom('account')
    .leftJoin('account_quota', 'account_quota.account_id', 'account.id')
    .select(['account.id', 'account.role', 'account.name', 'account.email', 'account_quota.quota'])
    .where('account.role', 'in', ofRoles)
    .orderBy((eb) => eb.case().when('account_quota.quota', 'is', null).then(1).else(0).end())
    .orderBy('account.name')
    .limit(1000)
    .execute()
  return rows.map(({ role, quota, ...row }) => ({
    ...row,
    // One of `ofRoles`.
    role: role as QuotaRole,
    quota: parseQuota(quota),
  }))
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

const parseQuota = (text: string | null | undefined): Quota => (text ? quota.parse(JSON.parse(text)) : {})
