import { setAccountQuota } from '#lib/accounts/quotas/account-quota.ts'
import { accountQuotaRequest } from '#lib/accounts/quotas/quota.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Sets what one account may use in place of its role's limits. Admins' are for the owner to say, and the owner has none. */
export function PUT(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const { quota } = await readBody(request, accountQuotaRequest)
    const { role } = await requireSession('admin')
    const id = requireId((await params).id)
    const ofRoles = role === 'owner' ? (['admin', 'user', 'guest'] as const) : (['user', 'guest'] as const)
    const found = await setAccountQuota(await getDatabase(), id, quota, ofRoles)
    if (!found) throw new SiteError(404, 'not_found', 'There is no such account.')
    return new Response(null, { status: 204 })
  })
}
