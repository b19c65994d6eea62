import { confirmEmail, setPassword } from '#lib/accounts/accounts.ts'
import { takeOneTimeCode } from '#lib/accounts/codes.ts'
import { resetRequest } from '#lib/accounts/contract.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Sets a new password by a link, handed over or mailed; every session ends, and one signs in with the new one. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code, password } = await readBody(request, resetRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const taken = await tryOnce(db, bucket, () => takeOneTimeCode(db, ['reset', 'mailed_reset'], code))
    if (!taken?.accountId) throw new SiteError(403, 'wrong_code', 'The link is wrong, too old, or was used.')
    await setPassword(db, taken.accountId, password)
    // Whoever has the link has read what was sent to the address.
    if (taken.kind === 'mailed_reset') await confirmEmail(db, taken.accountId)
    return new Response(null, { status: 204 })
  })
}
