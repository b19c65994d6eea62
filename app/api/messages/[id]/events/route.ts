import { z } from 'zod'
import { getSession } from '#lib/accounts/session.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { EVENT_STREAM } from '../../../event-stream.ts'

/** The last sequence number a reader saw; one that is none is a reader who saw nothing. */
const sequence = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .optional()
  .catch(undefined)

/** Attaches to the run that writes this answer, after the event that `after` or `Last-Event-ID` names. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const last = new URL(request.url).searchParams.get('after') ?? request.headers.get('last-event-id')
    const session = await getSession()
    const after = sequence.parse(last ?? undefined)
    const stream = session && (await attachRun(await getDatabase(), session.userId, id, after))
    if (!stream) throw new SiteError(404, 'not_found', 'There is no such answer.')
    return new Response(stream, EVENT_STREAM)
  })
}
