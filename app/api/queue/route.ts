import { ensureSession } from '#lib/accounts/session.ts'
import { askRequest } from '#lib/chat/contract.ts'
import { enqueue } from '#lib/chat/enqueue.ts'
import { askIfDue } from '#lib/chat/send-message.ts'
import { chatDependencies, ownKeyOf } from '#lib/chat-dependencies.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requireAcceptance } from '#lib/legal/acceptance.ts'
import { requireModeration } from '#lib/legal/moderated.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** Stores a question that waits for the answer it names, and asks it if that has ended meanwhile. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const body = await readBody(request, askRequest)
    const { userId } = await ensureSession()
    const db = await getDatabase()
    await requireAcceptance(db, userId)
    const ownKey = ownKeyOf(request)
    const deps = chatDependencies(db, userId, ownKey)
    await requireModeration(db, deps.gateway, userId, body.text)
    await enqueue(db, userId, body, { hasOwnKey: ownKey !== undefined }, Date.now())
    return Response.json(await askIfDue(deps, body.conversationId, body.questionId))
  })
}
