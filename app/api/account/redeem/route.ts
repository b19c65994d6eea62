import { redeemCode } from '#lib/accounts/quotas/redeem.ts'
import { redeemRequest } from '#lib/accounts/quotas/redeem-contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Adds to what an account may use by a code; answers with what was added. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code } = await readBody(request, redeemRequest)
    const { userId, role } = await requireSession()
    if (role === 'owner') {
      throw new SiteError(409, 'owner_has_no_limits', 'The owner has no limits, so this code would be lost.')
    }
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const added = await tryOnce(db, bucket, () => redeemCode(db, userId, code))
    if (!added) {
      throw new SiteError(403, 'wrong_code', 'The code is wrong, too old, or was used.', { field: 'code' })
    }
    return Response.json(added, { headers: { 'cache-control': 'no-store' } })
  })
}
