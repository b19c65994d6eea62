import { createAccount } from '#lib/accounts/accounts.ts'
import { signUpByInvitation } from '#lib/accounts/codes.ts'
import { signUpRequest } from '#lib/accounts/contract.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { getConfig } from '#lib/config.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { enter } from '../enter.ts'
import { askToConfirm } from '../letters.ts'

/** Of one address within an hour, where sign-up is open: as many as a class. */
const MAX_SIGN_UPS = 30

/** Makes an account and signs in: for everybody, or for those with an invitation, as SIGN_UP has it. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code, ...person } = await readBody(request, signUpRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    if (code === undefined) {
      if (getConfig().SIGN_UP !== 'open') {
        throw new SiteError(403, 'invitation_needed', 'An account here needs an invitation.', {
          field: 'code',
        })
      }
      // Each counts: nobody makes accounts by the hundred, or goes through addresses to learn which have one.
      await tryOnce(db, `sign-up ${bucket}`, async () => null, Date.now(), MAX_SIGN_UPS)
      return await begin(db, await createAccount(db, person))
    }
    const id = await tryOnce(db, bucket, () => signUpByInvitation(db, person, code))
    if (id === null) {
      throw new SiteError(403, 'wrong_code', 'The code is wrong or has been used.', { field: 'code' })
    }
    return await begin(db, id)
  })
}

async function begin(db: Database, id: string): Promise<Response> {
  await askToConfirm(db, id)
  return await enter(db, id)
}
