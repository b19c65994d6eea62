import { getSession } from '#lib/accounts/session.ts'
import { attachRun } from '#lib/chat/run-stream.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { EVENT_STREAM } from '../../../event-stream.ts'

/** Attaches to the run that writes this answer. */
export function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const session = await getSession()
    const stream = session && (await attachRun(await getDatabase(), session.userId, id))
    if (!stream) throw new SiteError(404, 'not_found', 'There is no such answer.')
    return new Response(stream, EVENT_STREAM)
  })
}
