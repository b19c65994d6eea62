import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { admitVisitor } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer } from '#lib/site-api.ts'

/** What whoever asks may use, and what is left of it; null for no limits. */
export function GET(): Promise<Response> {
  return answer(async () => {
    const session = await admitVisitor()
    const standing = await findStanding(await getDatabase(), session?.userId, Date.now())
    return Response.json(standing, { headers: { 'cache-control': 'no-store' } })
  })
}
