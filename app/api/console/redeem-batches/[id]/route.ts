import { revokeUnused } from '#lib/accounts/quotas/redeem.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Revokes the codes of a batch that nobody has redeemed. */
export function DELETE(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    await requireSession('admin')
    const revoked = await revokeUnused(await getDatabase(), requireId((await params).id))
    if (revoked === 0) throw new SiteError(404, 'not_found', 'There are no such codes.')
    return Response.json({ revoked })
  })
}
