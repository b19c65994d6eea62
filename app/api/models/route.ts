import { allowsModel } from '#lib/accounts/quotas/quota.ts'
import { findVisitorQuota } from '#lib/accounts/quotas/standing.ts'
import { admitVisitor } from '#lib/accounts/session.ts'
import { listModels, withoutForbidden } from '#lib/chat/models.ts'
import { chatGateway, ownKeyOf } from '#lib/chat-dependencies.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer } from '#lib/site-api.ts'

/** The models that the visitor can choose from, and may. */
export function GET(request: Request): Promise<Response> {
  return answer(async () => {
    const session = await admitVisitor()
    const ownKey = ownKeyOf(request)
    const gateway = chatGateway(session?.userId ?? 'visitor', ownKey)
    const models = await listModels(gateway, request.signal)
    // Who brings a key of their own is not held to the quota.
    const quota = ownKey === undefined ? await findVisitorQuota(await getDatabase(), session?.userId) : {}
    const allowed = withoutForbidden(models, (id) => allowsModel(quota ?? {}, id))
    return Response.json(allowed, { headers: { 'cache-control': 'no-store' } })
  })
}
