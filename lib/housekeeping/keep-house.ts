import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/schema.ts'
import { log } from '../log.ts'
import { type Erased, noteErased } from './erased-counts.ts'
import type { Expiry } from './what-expires.ts'

/** How often what is due is erased. */
const EVERY_MS = 60 * 60 * 1000
/** Beyond the longest that one batch may take. After that a runner counts as dead. */
const LEASE_MS = 5 * 60 * 1000
/** After each batch the others get as long as it took, up to this. */
const LONGEST_PAUSE_MS = 500
const FAILED_AGAIN_MS = 5 * 60 * 1000

export interface HouseOptions {
  expiries: readonly Expiry[]
  /** Stops after the batch that is under way; the rest is erased the next time. */
  signal?: AbortSignal
  /** Erases even if that was done within the hour. */
  isForced?: boolean
  now?: () => number
}

/** What came of it. Unless all of it was done, whoever comes next goes on. */
export type HouseOutcome =
  | { outcome: 'done' | 'stopped'; erased: Erased }
  /** Another process is at it. */
  | { outcome: 'elsewhere' }
  | { outcome: 'not due' }

/**
 * Erases what is due, in small batches, one process at a time and once an hour; counts it in the database and says it in
 * the log. What fails is tried again in a few minutes, and the error is thrown.
 */
export async function keepHouse(db: Database, options: HouseOptions): Promise<HouseOutcome> {
  const { now = Date.now } = options
  const runner = crypto.randomUUID()
  const refused = await claim(db, runner, now(), options.isForced ?? false)
  if (refused) return { outcome: refused }
  const erased: Erased = {}
  try {
    for (const expiry of options.expiries) {
      const isOver = await eraseAll(db, runner, expiry, erased, options)
      if (!isOver) return { outcome: 'stopped', erased }
    }
    await release(db, runner, { last_at: now(), failed_at: null })
    return { outcome: 'done', erased }
  } catch (error) {
    // A database that is away says so here as well; the lease runs out by itself.
    await release(db, runner, { failed_at: now() }).catch(() => undefined)
    throw error
  } finally {
    await release(db, runner, {}).catch(() => undefined)
    for (const [kind, count] of Object.entries(erased)) log('info', 'erased', { code: kind, count })
  }
}

/** False when it is to stop, or somebody else has taken over. */
async function eraseAll(
  db: Database,
  runner: string,
  { kind, expiring, batch }: Expiry,
  erased: Erased,
  { signal, now = Date.now }: HouseOptions,
): Promise<boolean> {
  for (;;) {
    if (signal?.aborted) return false
    const startedAt = performance.now()
    const count = await expiring.erase(db, now(), batch)
    if (count > 0) {
      erased[kind] = (erased[kind] ?? 0) + count
      await noteErased(db, kind, count, now())
    }
    if (!(await renew(db, runner, now()))) return false
    if (count < batch) return true
    await pause(Math.min(performance.now() - startedAt, LONGEST_PAUSE_MS))
  }
}

/** Why there is nothing to do here, or undefined when it is this runner's turn. */
async function claim(
  db: Database,
  runner: string,
  now: number,
  isForced: boolean,
): Promise<'elsewhere' | 'not due' | undefined> {
  const isFree = await db
    .selectFrom('housekeeping')
    .select(['lease_until', 'last_at', 'failed_at'])
    .where('id', '=', 'house')
    .executeTakeFirst()
  // Mostly it is not due, and reading that must not wait for the right to write.
  if (isFree && !isForced) {
    const dueAt = Math.max((isFree.last_at ?? 0) + EVERY_MS, (isFree.failed_at ?? 0) + FAILED_AGAIN_MS)
    if (dueAt > now) return 'not due'
  }
  await db
    .insertInto('housekeeping')
    .values({ id: 'house', lease_until: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const claimed = await db
    .updateTable('housekeeping')
    .set({ runner, lease_until: now + LEASE_MS })
    .where('id', '=', 'house')
    .where('lease_until', '<=', now)
    .$if(!isForced, (query) =>
      query.where((eb) => eb.or([eb('last_at', 'is', null), eb('last_at', '<=', now - EVERY_MS)])),
    )
    .returning('id')
    .executeTakeFirst()
  return claimed ? undefined : 'elsewhere'
}

async function renew(db: Database, runner: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('housekeeping')
    .set({ lease_until: now + LEASE_MS })
    .where('runner', '=', runner)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

async function release(
  db: Database,
  runner: string,
  end: { last_at?: number; failed_at?: number | null },
): Promise<void> {
  await db
    .updateTable('housekeeping')
    .set({ ...end, runner: null, lease_until: 0 })
    .where('runner', '=', runner)
    .execute()
}
