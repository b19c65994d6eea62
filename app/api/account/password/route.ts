import { confirmPassword, setPassword } from '#lib/accounts/accounts.ts'
import { passwordRequest } from '#lib/accounts/contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Changes the password; every other session ends. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { current, password } = await readBody(request, passwordRequest)
    const { userId, sessionId } = await requireSession()
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const isRight = await tryOnce(
      db,
      bucket,
      async () => (await confirmPassword(db, userId, current)) || null,
    )
    if (!isRight) throw new SiteError(403, 'wrong_password', 'The password is wrong.', { field: 'current' })
    await setPassword(db, userId, password, sessionId)
    return new Response(null, { status: 204 })
  })
}
