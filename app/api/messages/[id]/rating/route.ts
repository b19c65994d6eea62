import { getSession } from '#lib/accounts/session.ts'
import { ratingRequest } from '#lib/chat/contract.ts'
import { rateAnswer } from '#lib/chat/rate-answer.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Keeps what a person thinks of this answer. */
export function PUT(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const { rating } = await readBody(request, ratingRequest)
    const session = await getSession()
    const found = session && (await rateAnswer(await getDatabase(), session.userId, id, rating))
    if (!found) throw new SiteError(404, 'not_found', 'There is no such answer.')
    return new Response(null, { status: 204 })
  })
}
