import { ensureSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { acceptTerms, termsView } from '#lib/legal/acceptance.ts'
import { acceptRequest } from '#lib/legal/acceptance-contract.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** What there is to accept before the first question. */
export function GET(): Promise<Response> {
  return answer(async () => Response.json(await termsView(), { headers: { 'cache-control': 'no-store' } }))
}

/** Accepts it, for a guest as for an account. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const accepted = await readBody(request, acceptRequest)
    const { userId } = await ensureSession()
    await acceptTerms(await getDatabase(), userId, accepted, Date.now())
    return new Response(null, { status: 204 })
  })
}
