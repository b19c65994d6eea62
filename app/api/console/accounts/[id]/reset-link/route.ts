import { findAccount } from '#lib/accounts/accounts.ts'
import { createOneTimeCode } from '#lib/accounts/codes.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Makes a link with which a person sets a new password; its path is told once. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const session = await requireSession('admin')
    const db = await getDatabase()
    const account = await findAccount(db, requireId((await params).id))
    const mayHelp = account?.role === 'user' || (session.role === 'owner' && account?.role === 'admin')
    if (!account?.email || !mayHelp) throw new SiteError(404, 'not_found', 'There is no such account.')
    const code = await createOneTimeCode(db, 'reset', session.userId, account.id)
    return Response.json({ path: `/reset#${code}` }, { headers: { 'cache-control': 'no-store' } })
  })
}
