import { getSession } from '#lib/accounts/session.ts'
import { stopAnswer } from '#lib/chat/runs/stop-answer.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Stops the run that writes this answer and keeps what was written. Returns when that is durable. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const id = requireId((await params).id)
    const session = await getSession()
    const found = session && (await stopAnswer(await getDatabase(), session.userId, id))
    if (!found) throw new SiteError(404, 'not_found', 'There is no such answer.')
    return new Response(null, { status: 204 })
  })
}
