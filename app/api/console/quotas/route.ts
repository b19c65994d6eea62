import { listRoleQuotas, setRoleQuota } from '#lib/accounts/quotas/account-quota.ts'
import { roleQuotaRequest } from '#lib/accounts/quotas/quota.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** What each role may use; roles without a quota are left out. */
export function GET(): Promise<Response> {
  return answer(async () => {
    await requireSession('admin')
    const quotas = await listRoleQuotas(await getDatabase())
    return Response.json(quotas, { headers: { 'cache-control': 'no-store' } })
  })
}

/** Sets what a role may use. What admins may is for the owner to say. */
export function PUT(request: Request): Promise<Response> {
  return answer(async () => {
    const { role, quota } = await readBody(request, roleQuotaRequest)
    await requireSession(role === 'admin' ? 'owner' : 'admin')
    await setRoleQuota(await getDatabase(), role, quota)
    return new Response(null, { status: 204 })
  })
}
