import { getSession } from '#lib/accounts/session.ts'
import { forkRequest } from '#lib/chat/contract.ts'
import { forkConversation } from '#lib/chat/fork-conversation.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Makes a conversation out of a branch of this one. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const wanted = await readBody(request, forkRequest)
    const id = requireId((await params).id)
    const session = await getSession()
    const fork =
      session && (await forkConversation(await getDatabase(), session.userId, id, wanted, Date.now()))
    if (!fork) throw new SiteError(404, 'not_found', 'There is no such message.')
    return Response.json(fork)
  })
}
