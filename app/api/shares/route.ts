import { getSession } from '#lib/accounts/session.ts'
import { shareRequest } from '#lib/chat/sharing/share-contract.ts'
import { createShare, listShares } from '#lib/chat/sharing/shares.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** The shares of whoever asks, newest first. */
export function GET(): Promise<Response> {
  return answer(async () => {
    const session = await getSession()
    const shares = session ? await listShares(await getDatabase(), session.userId, Date.now()) : []
    return Response.json({ shares }, { headers: { 'cache-control': 'no-store' } })
  })
}

/** Shares a branch as it is now. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const wanted = await readBody(request, shareRequest)
    const session = await getSession()
    const share = session && (await createShare(await getDatabase(), session.userId, wanted, Date.now()))
    if (!share) throw new SiteError(404, 'not_found', 'There is no such conversation.')
    return Response.json(share)
  })
}
