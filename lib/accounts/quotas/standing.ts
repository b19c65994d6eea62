import type { Database } from '../../db/schema.ts'
import { findQuota, listPasses, listRoleQuotas } from './account-quota.ts'
import { endOfPeriod, periodsAt } from './periods.ts'
import type { Quota, QuotaStanding } from './quota.ts'
import { METERS } from './reserve.ts'

/** The quota of somebody who may have no account yet, and is then a guest. Undefined for no limits. */
export async function findVisitorQuota(
  db: Database,
  userId: string | undefined,
  now = Date.now(),
): Promise<Quota | undefined> {
  if (userId !== undefined && (await hasAccount(db, userId))) return await findQuota(db, userId, now)
  return (await listRoleQuotas(db)).guest
}

/** What somebody may use and what is left of it, what is reserved counted as used; null for no limits. */
export async function findStanding(
  db: Database,
  userId: string | undefined,
  now: number,
): Promise<QuotaStanding | null> {
  const quota = await findVisitorQuota(db, userId, now)
  if (!quota) return null
  const row = await db
    .selectFrom('quota_use')
    .selectAll()
    .where('account_id', '=', userId ?? '')
    .executeTakeFirst()
  const periods = periodsAt(now)
  const counted = METERS.flatMap(({ limit, column, period }) => {
    const most = quota[limit]
    if (most === undefined) return []
    const isOfNow = row !== undefined && Number(row[period]) >= periods[period]
    const used = isOfNow ? Math.min(Number(row[column]), most) : 0
    return [{ limit, most, used, resetsAt: endOfPeriod(period, now) }]
  })
  const { streams, models, uploadBytes } = quota
  const credit = {
    tokens: Math.max(0, Number(row?.credit_tokens ?? 0)),
    cost: Math.max(0, Number(row?.credit_cost ?? 0)),
  }
  const passes = userId === undefined ? [] : await listPasses(db, userId, now)
  return { counted, streams, models, uploadBytes, credit, passes }
}

async function hasAccount(db: Database, id: string): Promise<boolean> {
  const row = await db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
