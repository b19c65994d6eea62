import { admitVisitor } from '#lib/accounts/session.ts'
import { listModels } from '#lib/chat/models.ts'
import { chatGateway, ownKeyOf } from '#lib/chat-dependencies.ts'
import { answer } from '#lib/site-api.ts'

/** The models that the visitor can choose from. */
export function GET(request: Request): Promise<Response> {
  return answer(async () => {
    const session = await admitVisitor()
    const gateway = chatGateway(session?.userId ?? 'visitor', ownKeyOf(request))
    const models = await listModels(gateway, request.signal)
    return Response.json(models, { headers: { 'cache-control': 'no-store' } })
  })
}
