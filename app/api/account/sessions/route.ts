import { endSessionsRequest } from '#lib/accounts/contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { endSessions } from '#lib/accounts/session-rows.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Signs one browser out, or without an id all others. */
export function DELETE(request: Request): Promise<Response> {
  return answer(async () => {
    const { id } = await readBody(request, endSessionsRequest)
    const { userId, sessionId } = await requireSession()
    const ended = await endSessions(
      await getDatabase(),
      userId,
      id === undefined ? { allBut: sessionId } : { id },
    )
    if (id !== undefined && ended === 0) throw new SiteError(404, 'not_found', 'There is no such session.')
    return new Response(null, { status: 204 })
  })
}
