import { getSession } from '#lib/accounts/session.ts'
import { listConversations } from '#lib/chat/conversations.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer } from '#lib/site-api.ts'

/** The conversations of whoever asks, last changed first. */
export function GET(): Promise<Response> {
  return answer(async () => {
    const session = await getSession()
    const conversations = session ? await listConversations(await getDatabase(), session.userId) : []
    return Response.json({ conversations }, { headers: { 'cache-control': 'no-store' } })
  })
}
