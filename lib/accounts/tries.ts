import { sql } from 'kysely'
import { expiringRows } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import { hashOfPlace } from './digest.ts'

const MAX_TRIES = 10
const WINDOW_MS = 60 * 60 * 1000

/**
 * Runs a check of a password or code, of which an address gets ten (`most`) wrong within an hour. A try is counted before it is
 * checked and given back when it was right, so that many at once are not more than ten. `check` returns null for wrong.
 * Throws {@link SiteError} 429 beyond.
 */
export async function tryOnce<T>(
  db: Database,
  bucket: string,
  check: () => Promise<T | null>,
  now = Date.now(),
  most = MAX_TRIES,
): Promise<T | null> {
  const place = hashOfPlace(bucket)
  const { count, started_at } = await db
    .insertInto('wrong_try')
    .values({ bucket: place, started_at: now, count: 1 })
    .onConflict((conflict) =>
      conflict.column('bucket').doUpdateSet(({ eb, ref }) => {
        const isOver = eb(ref('wrong_try.started_at'), '<=', now - WINDOW_MS)
        return {
          count: eb
            .case()
            .when(isOver)
            .then(1)
            .else(eb(ref('wrong_try.count'), '+', 1))
            .end(),
          started_at: eb.case().when(isOver).then(now).else(ref('wrong_try.started_at')).end(),
        }
      }),
    )
    .returning(['count', 'started_at'])
    .executeTakeFirstOrThrow()
  if (count > most) {
    const minutes = Math.ceil((started_at + WINDOW_MS - now) / 60_000)
    throw new SiteError(429, 'too_many_tries', `Too many tries. Try again in ${minutes} minutes.`)
  }
  const found = await check()
  if (found !== null) {
    await db
      .updateTable('wrong_try')
      .set((eb) => ({ count: eb('count', '-', 1) }))
      .where('bucket', '=', place)
      .where('count', '>', 0)
      .execute()
  }
  return found
}

/** Hours that are over. */
export const pastTries = expiringRows('wrong_try', 'bucket', (now) => sql`started_at <= ${now - WINDOW_MS}`)
