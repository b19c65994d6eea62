import { getSession } from '#lib/accounts/session.ts'
import { listReceipts } from '#lib/chat/receipts.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** How this answer came about: one receipt for each run. */
export function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const session = await getSession()
    const receipts = session && (await listReceipts(await getDatabase(), session.userId, id))
    if (!receipts) throw new SiteError(404, 'not_found', 'There is no such answer.')
    return Response.json({ receipts }, { headers: { 'cache-control': 'no-store' } })
  })
}
