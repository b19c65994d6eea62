import { withdrawAccessCode } from '#lib/accounts/codes.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Withdraws an access code. */
export function DELETE(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    await requireSession('admin')
    const found = await withdrawAccessCode(await getDatabase(), requireId((await params).id))
    if (!found) throw new SiteError(404, 'not_found', 'There is no such access code.')
    return new Response(null, { status: 204 })
  })
}
