import type { Database } from '../../db/schema.ts'
import { findQuota, listRoleQuotas } from './account-quota.ts'
import { endOfPeriod, periodsAt } from './periods.ts'
import type { Quota, QuotaStanding } from './quota.ts'
import { METERS } from './reserve.ts'

/** The quota of somebody who may have no account yet, and is then a guest. Undefined for no limits. */
export async function findVisitorQuota(db: Database, userId: string | undefined): Promise<Quota | undefined> {
  if (userId !== undefined && (await hasAccount(db, userId))) return await findQuota(db, userId)
  return (await listRoleQuotas(db)).guest
}

/** What somebody may use and what is left of it, what is reserved counted as used; null for no limits. */
export async function findStanding(
  db: Database,
  userId: string | undefined,
  now: number,
): Promise<QuotaStanding | null> {
  const quota = await findVisitorQuota(db, userId)
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
  return { counted, streams, models, uploadBytes }
}

async function hasAccount(db: Database, id: string): Promise<boolean> {
  const row = await db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
