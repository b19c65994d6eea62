import type { Database } from '../db/schema.ts'
import { type Erased, erasedLately } from './erased-counts.ts'

/** Over how many days the owner is told what was erased. */
export const NOTICE_DAYS = 30

/** What the owner is told of the housekeeping. */
export interface HouseNotice {
  /** When everything that was due was last erased; null when it never was. */
  lastAt: number | null
  /** Since when that fails. */
  failedAt: number | null
  /** In the last {@link NOTICE_DAYS} days. */
  erased: Erased
}

export async function houseNotice(db: Database, now: number): Promise<HouseNotice> {
  const row = await db
    .selectFrom('housekeeping')
    .select(['last_at', 'failed_at'])
    .where('id', '=', 'house')
    .executeTakeFirst()
  return {
    lastAt: row?.last_at ?? null,
    failedAt: row?.failed_at ?? null,
    erased: await erasedLately(db, NOTICE_DAYS, now),
  }
}
