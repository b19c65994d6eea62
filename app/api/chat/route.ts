import { after } from 'next/server'
import { ensureSession } from '#lib/accounts/session.ts'
import { sendRequest } from '#lib/chat/contract.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { attachTurn } from '#lib/chat/runs/run-stream.ts'
import { sendMessage } from '#lib/chat/send-message.ts'
import { chatDependencies, ownKeyOf } from '#lib/chat-dependencies.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requireAcceptance } from '#lib/legal/acceptance.ts'
import { requireModeration } from '#lib/legal/moderated.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { EVENT_STREAM } from '../event-stream.ts'

/** Stores a question, has it answered, and streams the answer. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const body = await readBody(request, sendRequest)
    const { userId } = await ensureSession()
    const db = await getDatabase()
    await requireAcceptance(db, userId)
    const deps = chatDependencies(db, userId, ownKeyOf(request))
    if (body.kind === 'ask') await requireModeration(db, deps.gateway, userId, body.text)
    const turn = await sendMessage(deps, userId, body)
    // On hosts that freeze a function after its response, the run keeps it awake.
    after(async () => await findLiveRun(turn.answer.id)?.finished)
    return new Response(await attachTurn(db, userId, turn), EVENT_STREAM)
  })
}
