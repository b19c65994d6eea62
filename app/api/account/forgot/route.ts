import { after } from 'next/server'
import { forgotRequest } from '#lib/accounts/contract.ts'
import { mailResetLink } from '#lib/accounts/mail/mailed-links.ts'
import { hasMail } from '#lib/accounts/mail/send-mail.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { letterOf } from '../letters.ts'

/**
 * Sends a link for a new password. Answers alike, and as soon, whether or not there is an account: it is looked for behind the
 * answer. Each request counts as a try.
 */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { email } = await readBody(request, forgotRequest)
    if (!hasMail()) throw new SiteError(404, 'not_found', 'This site sends no e-mail.')
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    await tryOnce(db, `forgot ${bucket}`, async () => null)
    const letter = await letterOf('resetLetter')
    after(() => mailResetLink(db, email, letter))
    return new Response(null, { status: 204 })
  })
}
