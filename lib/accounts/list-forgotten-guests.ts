import { getConfig } from '../config.ts'
import { DAY_MS } from '../day.ts'
import type { Database } from '../db/schema.ts'

/** Guests who have asked nothing for GUEST_DAYS, at most `limit` of them. */
export async function listForgottenGuests(db: Database, now: number, limit?: number): Promise<string[]> {
  const { GUEST_DAYS } = getConfig()
  if (GUEST_DAYS === 'off') return []
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('role', '=', 'guest')
    .where('seen_at', '<=', now - GUEST_DAYS * DAY_MS)
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute()
  return rows.map(({ id }) => id)
}
