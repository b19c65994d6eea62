import { getSession } from '#lib/accounts/session.ts'
import { changeQueued, removeQueued } from '#lib/chat/question-queue.ts'
import { queuedChange } from '#lib/chat/queue-contract.ts'
import { askIfDue } from '#lib/chat/send-message.ts'
import { chatDependencies, ownKeyOf } from '#lib/chat-dependencies.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requireAcceptance } from '#lib/legal/acceptance.ts'
import { requireModeration } from '#lib/legal/moderated.ts'
import { answer, readBody, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

interface Context {
  params: Promise<{ id: string }>
}

const notWaiting = () => new SiteError(404, 'not_found', 'That question waits no longer.')

/** Holds a waiting question while it is edited, or changes it and lets it go on. */
export function PATCH(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const change = await readBody(request, queuedChange)
    const id = requireId((await params).id)
    const session = await getSession()
    const db = await getDatabase()
    if (!session) throw notWaiting()
    await requireAcceptance(db, session.userId)
    const deps = chatDependencies(db, session.userId, ownKeyOf(request))
    await requireModeration(db, deps.gateway, session.userId, change.text)
    const conversationId = await changeQueued(db, session.userId, id, change)
    if (!conversationId) throw notWaiting()
    return Response.json(await askIfDue(deps, conversationId, id, change.isNow))
  })
}

/** Takes a waiting question back. */
export function DELETE(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const id = requireId((await params).id)
    const session = await getSession()
    if (!session || !(await removeQueued(await getDatabase(), session.userId, id))) throw notWaiting()
    return new Response(null, { status: 204 })
  })
}
