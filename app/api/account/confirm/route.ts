import { confirmEmail } from '#lib/accounts/accounts.ts'
import { takeOneTimeCode } from '#lib/accounts/codes.ts'
import { confirmRequest } from '#lib/accounts/contract.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Confirms an account's address by the link that was sent to it, in whichever browser. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code } = await readBody(request, confirmRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const taken = await tryOnce(db, bucket, () => takeOneTimeCode(db, 'confirm', code))
    if (!taken?.accountId) throw new SiteError(403, 'wrong_code', 'The link is wrong, too old, or was used.')
    await confirmEmail(db, taken.accountId)
    return new Response(null, { status: 204 })
  })
}
