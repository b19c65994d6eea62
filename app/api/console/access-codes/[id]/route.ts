import { withdrawAccessCode } from '#lib/accounts/codes.ts'
import { setAccessCodeQuota } from '#lib/accounts/quotas/account-quota.ts'
import { accountQuotaRequest } from '#lib/accounts/quotas/quota.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

interface Context {
  params: Promise<{ id: string }>
}

/** Sets what each who comes by an access code may use. */
export function PUT(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const { quota } = await readBody(request, accountQuotaRequest)
    await requireSession('admin')
    const found = await setAccessCodeQuota(await getDatabase(), requireId((await params).id), quota)
    if (!found) throw new SiteError(404, 'not_found', 'There is no such access code.')
    return new Response(null, { status: 204 })
  })
}

/** Withdraws an access code. */
export function DELETE(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    await requireSession('admin')
    const found = await withdrawAccessCode(await getDatabase(), requireId((await params).id))
    if (!found) throw new SiteError(404, 'not_found', 'There is no such access code.')
    return new Response(null, { status: 204 })
  })
}
