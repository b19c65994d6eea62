import { getSession } from '#lib/accounts/session.ts'
import { revokeShare } from '#lib/chat/sharing/shares.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Withdraws a share: from now on nobody can read it. */
export function DELETE(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const session = await getSession()
    const isGone = session && (await revokeShare(await getDatabase(), session.userId, (await params).id))
    if (!isGone) throw new SiteError(404, 'not_found', 'There is no such share.')
    return new Response(null, { status: 204 })
  })
}
