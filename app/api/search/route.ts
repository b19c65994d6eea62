import { getSession } from '#lib/accounts/session.ts'
import { type SearchAnswer, searchRequest } from '#lib/chat/contract.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

const nothing: SearchAnswer = { hits: [], more: false }

/** Searches the titles and messages of whoever asks. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { query, limit } = await readBody(request, searchRequest)
    const session = await getSession()
    const found = session
      ? await searchConversations(await getDatabase(), session.userId, query, limit)
      : nothing
    return Response.json(found, { headers: { 'cache-control': 'no-store' } })
  })
}
