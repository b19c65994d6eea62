import { findByPassword } from '#lib/accounts/accounts.ts'
import { signInRequest } from '#lib/accounts/contract.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { enter } from '../enter.ts'

/** Signs in with e-mail and password. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { email, password } = await readBody(request, signInRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const id = await tryOnce(db, bucket, () => findByPassword(db, email, password))
    if (id === null) throw new SiteError(403, 'wrong_password', 'E-mail address or password is wrong.')
    return await enter(db, id)
  })
}
