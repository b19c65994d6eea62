import { sql, type Transaction } from 'kysely'
import { DAY_MS } from '../day.ts'
import { expiringRows } from '../db/expiring.ts'
import type { Database, Schema } from '../db/schema.ts'

/** What has its time, as people are told of it. The database keeps these words. */
export const erasedKinds = [
  'unusedConversations',
  'deletedConversations',
  'guests',
  'files',
  'rawResponses',
  'shares',
  'records',
  'traces',
] as const

export type ErasedKind = (typeof erasedKinds)[number]

/** How much of each kind was erased. Kinds of which there was nothing are absent. */
export type Erased = Partial<Record<ErasedKind, number>>

/** Adds to what was erased today. */
export async function noteErased(
  db: Database | Transaction<Schema>,
  kind: ErasedKind,
  count: number,
  now: number,
): Promise<void> {
  await db
    .insertInto('erased_count')
    .values({ day: dayOf(now), kind, count })
    .onConflict((conflict) =>
      conflict.columns(['day', 'kind']).doUpdateSet(({ eb, ref }) => ({
        count: eb(ref('erased_count.count'), '+', count),
      })),
    )
    .execute()
}

/** What was erased in the last `days` days, today among them. */
export async function erasedLately(db: Database, days: number, now: number): Promise<Erased> {
  const rows = await db
    .selectFrom('erased_count')
    .select(['kind', (eb) => eb.fn.sum<number | string>('count').as('count')])
    .where('day', '>', dayOf(now - days * DAY_MS))
    .groupBy('kind')
    .execute()
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]))
}

/** Counts of so many days ago. */
export const pastErasedCounts = (days: number) =>
  // Of one day there are only a few, and they go together.
  expiringRows('erased_count', 'day', (now) => sql`day <= ${dayOf(now - days * DAY_MS)}`)

/** In UTC. */
const dayOf = (now: number) => new Date(now).toISOString().slice(0, 10)
