import { getSession } from '#lib/accounts/session.ts'
import { patchConversation } from '#lib/chat/contract.ts'
import { getConversation, setActiveLeaf } from '#lib/chat/conversations.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

interface Context {
  params: Promise<{ id: string }>
}

const notFound = () => new SiteError(404, 'not_found', 'There is no such conversation.')

/** A conversation with its whole tree. */
export function GET(_request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const session = await getSession()
    const conversation = session && (await getConversation(await getDatabase(), session.userId, id))
    if (!conversation) throw notFound()
    return Response.json(conversation, { headers: { 'cache-control': 'no-store' } })
  })
}

/** Shows another branch. */
export function PATCH(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const { activeLeafId } = await readBody(request, patchConversation)
    const id = requireId((await params).id)
    const session = await getSession()
    const changed = session && (await setActiveLeaf(await getDatabase(), session.userId, id, activeLeafId))
    if (!changed) throw notFound()
    return new Response(null, { status: 204 })
  })
}
