import { endSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'

/** Ends the session of this browser. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    await endSession(await getDatabase())
    return new Response(null, { status: 204 })
  })
}
