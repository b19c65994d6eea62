import { getSession } from '#lib/accounts/session.ts'
import { changesRequest } from '#lib/chat/contract.ts'
import { changeConversations } from '#lib/chat/conversation-changes.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** Does the same to many conversations. Those that are somebody else's are left out of the answer, as if there were none. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const wanted = await readBody(request, changesRequest)
    const session = await getSession()
    const conversations = session
      ? await changeConversations(await getDatabase(), session.userId, wanted, Date.now())
      : []
    return Response.json({ conversations })
  })
}
