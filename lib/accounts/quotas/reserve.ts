import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
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

/** Each limit, where it is counted, and which credit helps where it is used up. */
export const METERS = [
  { limit: 'messagesPerHour', column: 'messages_hour', period: 'hour', credit: undefined },
  { limit: 'tokensPerDay', column: 'tokens_day', period: 'day', credit: 'tokens' },
  { limit: 'tokensPerMonth', column: 'tokens_month', period: 'month', credit: 'tokens' },
  { limit: 'costPerDay', column: 'cost_day', period: 'day', credit: 'cost' },
  { limit: 'costPerMonth', column: 'cost_month', period: 'month', credit: 'cost' },
] as const

type Meter = (typeof METERS)[number]
type Eb = ExpressionBuilder<Schema, 'quota_use'>
type Column = (typeof METERS)[number]['column']

/**
 * Reserves `most`, what the request may come to, for `holdMs`: after that its process counts as dead and the reservation
 * is given back. It counts as one message of the hour, or as none. Where tokens or cost of a period are used up, all of it is
 * taken from the credit, if that is enough. Returns the reservation's id. One conditional UPDATE of one row decides, so that
 * however many ask at once, at whichever instance, no more is given away than there is.
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
    await openUse(tx, accountId, periods)
    await giveBackExpired(tx, accountId, now)
    const plain = amounts(most, messages)
    const fits = await take(tx, { accountId, quota, periods, plain, drawn: NO_CREDIT })
    let drawn: Amount = NO_CREDIT
    if (!fits) {
      const { reached, lacking } = await findReached(tx, { accountId, quota, periods, plain, most })
      if (lacking.length > 0) return refusalOf(lacking, now)
      for (const { credit } of reached) if (credit) drawn = { ...drawn, [credit]: Math.max(1, most[credit]) }
      // What else could stand in the way are requests that run.
      if (!(await take(tx, { accountId, quota, periods, plain, drawn }))) return refusalOf([], now)
    }
    const id = crypto.randomUUID()
    const { day, month } = periods
    const ofPeriods = {
      tokens: drawn.tokens > 0 ? 0 : most.tokens,
      cost: drawn.cost > 0 ? 0 : most.cost,
    }
    const ofCredit = { credit_tokens: drawn.tokens, credit_cost: drawn.cost }
    await tx
      .insertInto('quota_hold')
      .values({ id, account_id: accountId, ...ofPeriods, ...ofCredit, day, month, expires_at: now + holdMs })
      .execute()
    return id
  })
}

/** Sees to it that an account has its row. */
export async function openUse(tx: Database, accountId: string, periods: Periods): Promise<void> {
  await tx
    .insertInto('quota_use')
    .values({ account_id: accountId, ...periods, ...NOTHING })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute()
}

interface Taking {
  accountId: string
  quota: Quota
  periods: Periods
  /** What is added to the periods where nothing is drawn from the credit. */
  plain: Record<Column, number>
  /** What is drawn from the credit in place of the periods: of tokens, and of cost, all or nothing. */
  drawn: Amount
}

/** The conditional UPDATE: false when it would go beyond a limit, or beyond the credit, and nothing was taken. */
async function take(tx: Database, { accountId, quota, periods, plain, drawn }: Taking): Promise<boolean> {
  const isDrawn = (credit: keyof Amount | undefined) => credit !== undefined && drawn[credit] > 0
  const added = (eb: Eb, { column, period, credit }: Meter) =>
    sql<number>`${used(eb, column, period, periods)} + ${isDrawn(credit) ? 0 : plain[column]}`
  let update = tx.updateTable('quota_use').where('account_id', '=', accountId)
  for (const meter of METERS) {
    const max = quota[meter.limit]
    if (max === undefined || isDrawn(meter.credit)) continue
    update = update.where((eb) => eb(added(eb, meter), '<=', max))
  }
  if (drawn.tokens > 0) update = update.where('credit_tokens', '>=', drawn.tokens)
  if (drawn.cost > 0) update = update.where('credit_cost', '>=', drawn.cost)
  if (quota.streams !== undefined) update = update.where('running', '<', quota.streams)
  const { numUpdatedRows } = await update
    .set((eb) => ({
      ...latest(eb, periods),
      ...Object.fromEntries(METERS.map((meter) => [meter.column, added(eb, meter)])),
      credit_tokens: eb('credit_tokens', '-', drawn.tokens),
      credit_cost: eb('credit_cost', '-', drawn.cost),
      running: eb('running', '+', 1),
    }))
    .executeTakeFirst()
  return numUpdatedRows === 1n
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
      .returning(HELD)
      .executeTakeFirst()
    if (hold) await settleHold(tx, accountId, hold, spent)
  })
}

const HELD = ['tokens', 'cost', 'credit_tokens', 'credit_cost', 'day', 'month'] as const
type Held = Pick<Selectable<Schema['quota_hold']>, (typeof HELD)[number]>

const NO_CREDIT: Amount = { tokens: 0, cost: 0 }

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
    .returning(HELD)
    .execute()
  for (const hold of holds) await settleHold(tx, accountId, hold, { tokens: 0, cost: 0 })
}

/** Puts what was spent in place of a hold, where that came from: its periods, where they still run, or the credit. Ends its stream. */
async function settleHold(tx: Database, accountId: string, hold: Held, spent: Amount): Promise<void> {
  const by = (column: Column, period: 'day' | 'month', amount: number) =>
    sql<number>`${sql.ref(column)} + case when ${sql.ref(period)} = ${Number(hold[period])} then ${amount} else 0 end`
  const drawn = { tokens: Number(hold.credit_tokens), cost: Number(hold.credit_cost) }
  const more = (kind: keyof Amount) => (drawn[kind] > 0 ? 0 : spent[kind] - Number(hold[kind]))
  const back = (kind: keyof Amount) => (drawn[kind] > 0 ? drawn[kind] - spent[kind] : 0)
  await tx
    .updateTable('quota_use')
    .set((eb) => ({
      tokens_day: by('tokens_day', 'day', more('tokens')),
      tokens_month: by('tokens_month', 'month', more('tokens')),
      cost_day: by('cost_day', 'day', more('cost')),
      cost_month: by('cost_month', 'month', more('cost')),
      credit_tokens: eb('credit_tokens', '+', back('tokens')),
      credit_cost: eb('credit_cost', '+', back('cost')),
      running: eb('running', '-', 1),
    }))
    .where('account_id', '=', accountId)
    .execute()
}

/** The limits that are used up, and those of them for which there is not enough credit. */
async function findReached(
  tx: Database,
  { accountId, quota, periods, plain, most }: Omit<Taking, 'drawn'> & { most: Amount },
): Promise<Record<'reached' | 'lacking', Meter[]>> {
  const row = await tx
    .selectFrom('quota_use')
    .selectAll()
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const reached = METERS.filter(({ limit, column, period }) => {
    const isNow = Number(row[period]) >= periods[period]
    return (isNow ? Number(row[column]) : 0) + plain[column] > (quota[limit] ?? Number.POSITIVE_INFINITY)
  })
  const left = { tokens: Number(row.credit_tokens), cost: Number(row.credit_cost) }
  const lacking = reached.filter(({ credit }) => !credit || left[credit] < Math.max(1, most[credit]))
  return { reached, lacking }
}

function refusalOf(reached: readonly Meter[], now: number): QuotaReached {
  // The one that lasts longest: before that, nothing helps.
  const last = reached.toSorted((a, b) => endOfPeriod(b.period, now) - endOfPeriod(a.period, now))[0]
  if (!last) return { reached: 'streams', resetsAt: undefined }
  return { reached: last.limit, resetsAt: endOfPeriod(last.period, now) }
}
