import { ensureSession } from '#lib/accounts/session.ts'
import { loadPreferences } from '#lib/chat/preference-store.ts'
import { withPreferences } from '#lib/chat/preferences.ts'
import { answerTemporarily } from '#lib/chat/temporary-answer.ts'
import { MAX_TEMPORARY_BYTES, temporaryRequest } from '#lib/chat/temporary-contract.ts'
import { chatGateway, ownKeyOf } from '#lib/chat-dependencies.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requireAcceptance } from '#lib/legal/acceptance.ts'
import { requireModeration } from '#lib/legal/moderated.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { EVENT_STREAM } from '../event-stream.ts'

/** Streams an answer in a temporary chat, of which nothing is kept. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const body = await readBody(request, temporaryRequest, MAX_TEMPORARY_BYTES)
    const { userId } = await ensureSession()
    const db = await getDatabase()
    await requireAcceptance(db, userId)
    const preferences = await loadPreferences(db, userId)
    const { model, tools } = body
    const chosen = { ...(model !== undefined && { model }), ...(tools && { tools }) }
    const settings = withPreferences(chosen, preferences)
    const gateway = chatGateway(userId, ownKeyOf(request))
    const question = body.messages.findLast(({ role }) => role === 'user')
    await requireModeration(db, gateway, userId, question?.text)
    const stream = answerTemporarily(gateway, settings, body)
    return new Response(stream, EVENT_STREAM)
  })
}
