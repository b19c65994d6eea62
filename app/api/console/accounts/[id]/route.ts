import { changeAccount } from '#lib/accounts/accounts.ts'
import { changeAccountRequest } from '#lib/accounts/contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Changes a role, or closes and opens an account. The owner's own is out of reach, and only the owner makes admins. */
export function PATCH(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const change = await readBody(request, changeAccountRequest)
    const session = await requireSession(change.role ? 'owner' : 'admin')
    const id = requireId((await params).id)
    const mayChange = session.role === 'owner' ? (['admin', 'user'] as const) : (['user'] as const)
    const found = await changeAccount(await getDatabase(), id, change, mayChange)
    if (!found) throw new SiteError(404, 'not_found', 'There is no such account.')
    return new Response(null, { status: 204 })
  })
}
