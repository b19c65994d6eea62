import { getSession } from '#lib/accounts/session.ts'
import { listConversations } from '#lib/chat/conversations.ts'
import { listFolders } from '#lib/chat/folders.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer } from '#lib/site-api.ts'
import { keepHouseAfter } from '../../keep-house.ts'

/** The conversations of whoever asks, last asked first; with `?archived` those that were put away; and the folders. */
export function GET(request: Request): Promise<Response> {
  return answer(async () => {
    const session = await getSession()
    const which = new URL(request.url).searchParams.has('archived') ? 'archived' : 'current'
    const db = await getDatabase()
    keepHouseAfter(db, Date.now())
    const [conversations, folders] = session
      ? await Promise.all([listConversations(db, session.userId, which), listFolders(db, session.userId)])
      : [[], []]
    return Response.json({ conversations, folders }, { headers: { 'cache-control': 'no-store' } })
  })
}
