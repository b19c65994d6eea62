import { getSession } from '#lib/accounts/session.ts'
import { patchConversation, type StaleAnswer } from '#lib/chat/contract.ts'
import { changeConversation } from '#lib/chat/conversation-changes.ts'
import { getConversation, setActiveLeaf } from '#lib/chat/conversations.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

interface Context {
  params: Promise<{ id: string }>
}

const notFound = () => new SiteError(404, 'not_found', 'There is no such conversation.')
const STALE = { code: 'stale', message: 'The conversation was changed elsewhere; nothing was overwritten.' }

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

/** Changes a conversation, or shows another branch of it. */
export function PATCH(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const patch = await readBody(request, patchConversation)
    const id = requireId((await params).id)
    const owner = (await getSession())?.userId
    if (owner === undefined) throw notFound()
    const db = await getDatabase()
    if ('activeLeafId' in patch) {
      if (!(await setActiveLeaf(db, owner, id, patch.activeLeafId))) throw notFound()
      return new Response(null, { status: 204 })
    }
    const result = await changeConversation(db, owner, id, patch, Date.now())
    if (!result) throw notFound()
    const { outcome, conversation } = result
    if (outcome === 'changed') return Response.json(conversation)
    return Response.json({ error: STALE, conversation } satisfies StaleAnswer, { status: 409 })
  })
}
