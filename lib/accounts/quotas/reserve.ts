import { type ExpressionBuilder, sql } from 'kysely'
import type { Database, Schema } from '../../db/schema.ts'
import { endOfPeriod, type Periods, periodsAt } from './periods.ts'
import type { CountedLimit, Quota } from './quota.ts'

export interface Amount {
  tokens: number
  /** In millionths of a US dollar. */
  cost: number
}

/** Which limit stood in the way, and when it is whole again; of `streams` nobody knows. */
export interface QuotaReached {
  reached: CountedLimit
  resetsAt: number | undefined
}

/** Each limit and where it is counted. */
export const METERS = [
  { limit: 'messagesPerHour', column: 'messages_hour', period: 'hour' },
  { limit: 'tokensPerDay', column: 'tokens_day', period: 'day' },
  { limit: 'tokensPerMonth', column: 'tokens_month', period: 'month' },
  { limit: 'costPerDay', column: 'cost_day', period: 'day' },
  { limit: 'costPerMonth', column: 'cost_month', period: 'month' },
] as const

type Eb = ExpressionBuilder<Schema, 'quota_use'>
type Column = (typeof METERS)[number]['column']

/**
 * Reserves `most`, what the request may come to, for `holdMs`: after that its process counts as dead and the reservation
 * is given back. It counts as one message of the hour, or as none. Returns the reservation's id. One conditional UPDATE of one row decides, so that however many ask at
 * once, at whichever instance, no more is given away than there is.
 */
export async function reserve(
  db: Database,
  accountId: string,
  quota: Quota,
  {
    most,
    messages = 1,
    holdMs,
    now = Date.now(),
  }: { most: Amount; messages?: 0 | 1; holdMs: number; now?: number },
): Promise<string | QuotaReached> {
  const periods = periodsAt(now)
  return await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('quota_use')
      .values({ account_id: accountId, ...periods, ...NOTHING })
      .onConflict((conflict) => conflict.column('account_id').doNothing())
      .execute()
    await giveBackExpired(tx, accountId, now)
    const wanted = amounts(most, messages)
    const added = (eb: Eb, column: Column, period: keyof Periods) =>
      sql<number>`${used(eb, column, period, periods)} + ${wanted[column]}`
    let update = tx.updateTable('quota_use').where('account_id', '=', accountId)
    for (const { limit, column, period } of METERS) {
      const max = quota[limit]
      if (max !== undefined) update = update.where((eb) => eb(added(eb, column, period), '<=', max))
    }
    if (quota.streams !== undefined) update = update.where('running', '<', quota.streams)
    const { numUpdatedRows } = await update
      .set((eb) => ({
        ...latest(eb, periods),
        ...Object.fromEntries(METERS.map(({ column, period }) => [column, added(eb, column, period)])),
        running: eb('running', '+', 1),
      }))
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return await reachedBy(tx, accountId, quota, wanted, now)
    const id = crypto.randomUUID()
    const { day, month } = periods
    await tx
      .insertInto('quota_hold')
      .values({ id, account_id: accountId, ...most, day, month, expires_at: now + holdMs })
      .execute()
    return id
  })
}

/** Holds a reservation for another `holdMs`, as long as its request runs. False when it had been given back. */
export async function keep(
  db: Database,
  {
    accountId,
    id,
    holdMs,
    now = Date.now(),
  }: { accountId: string; id: string; holdMs: number; now?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('quota_hold')
    .set({ expires_at: now + holdMs })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Puts what was spent in place of the reservation, once. One that was given back is settled: see {@link keep}. */
export async function settle(
  db: Database,
  { accountId, id, spent }: { accountId: string; id: string; spent: Amount },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Whoever reserves, settles or sweeps for this account waits here, so that locks are taken in one order.
    await lockUse(tx, accountId)
    const hold = await tx
      .deleteFrom('quota_hold')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .returning(['tokens', 'cost', 'day', 'month'])
      .executeTakeFirst()
    if (!hold) return
    await change(tx, accountId, hold, {
      tokens: spent.tokens - Number(hold.tokens),
      cost: spent.cost - Number(hold.cost),
    })
  })
}

const NOTHING = {
  messages_hour: 0,
  tokens_day: 0,
  tokens_month: 0,
  cost_day: 0,
  cost_month: 0,
  running: 0,
}

const amounts = ({ tokens, cost }: Amount, messages: number): Record<Column, number> => ({
  messages_hour: messages,
  tokens_day: tokens,
  tokens_month: tokens,
  cost_day: cost,
  cost_month: cost,
})

/** Never back to an earlier period: the clocks of instances differ, and that would make a quota whole twice. */
const latest = (eb: Eb, periods: Periods) =>
  Object.fromEntries(
    (['hour', 'day', 'month'] as const).map((period) => [
      period,
      eb
        .case()
        .when(period, '>', periods[period])
        .then(eb.ref(period))
        .else(sql<number>`${periods[period]}`)
        .end(),
    ]),
  )

/** What was used in the period that runs: nothing, if the row is of an earlier one. */
const used = (eb: Eb, column: Column, period: keyof Periods, periods: Periods) =>
  eb.case().when(period, '>=', periods[period]).then(eb.ref(column)).else(sql<number>`0`).end()

async function lockUse(tx: Database, accountId: string): Promise<void> {
  await tx
    .updateTable('quota_use')
    .set((eb) => ({ running: eb.ref('running') }))
    .where('account_id', '=', accountId)
    .execute()
}

/** Of processes that died. What they spent is not known; what they reserved is free again. */
async function giveBackExpired(tx: Database, accountId: string, now: number): Promise<void> {
  await lockUse(tx, accountId)
  const holds = await tx
    .deleteFrom('quota_hold')
    .where('account_id', '=', accountId)
    .where('expires_at', '<=', now)
    .returning(['tokens', 'cost', 'day', 'month'])
    .execute()
  for (const hold of holds) {
    await change(tx, accountId, hold, { tokens: -Number(hold.tokens), cost: -Number(hold.cost) })
  }
}

/** Changes what is used in the periods of a hold, where they still run, and ends its stream. */
async function change(
  tx: Database,
  accountId: string,
  hold: { day: number; month: number },
  { tokens, cost }: Amount,
): Promise<void> {
  const by = (column: Column, period: 'day' | 'month', amount: number) =>
    sql<number>`${sql.ref(column)} + case when ${sql.ref(period)} = ${Number(hold[period])} then ${amount} else 0 end`
  await tx
    .updateTable('quota_use')
    .set((eb) => ({
      tokens_day: by('tokens_day', 'day', tokens),
      tokens_month: by('tokens_month', 'month', tokens),
      cost_day: by('cost_day', 'day', cost),
      cost_month: by('cost_month', 'month', cost),
      running: eb('running', '-', 1),
    }))
    .where('account_id', '=', accountId)
    .execute()
}

async function reachedBy(
  tx: Database,
  accountId: string,
  quota: Quota,
  wanted: Record<Column, number>,
  now: number,
): Promise<QuotaReached> {
  const row = await tx
    .selectFrom('quota_use')
    .selectAll()
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const periods = periodsAt(now)
  const reached = METERS.filter(({ limit, column, period }) => {
    const isNow = Number(row[period]) >= periods[period]
    return (isNow ? Number(row[column]) : 0) + wanted[column] > (quota[limit] ?? Number.POSITIVE_INFINITY)
  })
  // The one that lasts longest: before that, nothing helps.
  const last = reached.toSorted((a, b) => endOfPeriod(b.period, now) - endOfPeriod(a.period, now))[0]
  if (!last) return { reached: 'streams', resetsAt: undefined }
  return { reached: last.limit, resetsAt: endOfPeriod(last.period, now) }
}
