import { hasMail } from '#lib/accounts/mail/send-mail.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { askToConfirm } from '../letters.ts'

/** Sends the link to confirm the account's address again; at most three wait to be used. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId } = await requireSession()
    if (!hasMail()) throw new SiteError(404, 'not_found', 'This site sends no e-mail.')
    await askToConfirm(await getDatabase(), userId)
    return new Response(null, { status: 204 })
  })
}
