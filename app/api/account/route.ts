import { confirmPassword, deleteAccount, renameAccount } from '#lib/accounts/accounts.ts'
import { eraseRequest, profileRequest } from '#lib/accounts/contract.ts'
import { endSession, requireSession } from '#lib/accounts/session.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { eraseOwner } from '#lib/chat/change-owner.ts'
import type { ErasureReceipt } from '#lib/chat/erasure-receipt.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Changes the name. */
export function PATCH(request: Request): Promise<Response> {
  return answer(async () => {
    const { name } = await readBody(request, profileRequest)
    const { userId } = await requireSession()
    await renameAccount(await getDatabase(), userId, name)
    return new Response(null, { status: 204 })
  })
}

/** Erases the account, or the guest, with everything in it. Answers with a receipt. */
export function DELETE(request: Request): Promise<Response> {
  return answer(async () => {
    const { password } = await readBody(request, eraseRequest)
    const { userId, role } = await requireSession('guest')
    if (role === 'owner') throw new SiteError(409, 'owner_stays', 'The owner of a site cannot be deleted.')
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const isRight =
      role === 'guest' ||
      (await tryOnce(db, bucket, async () => (await confirmPassword(db, userId, password)) || null))
    if (!isRight) throw new SiteError(403, 'wrong_password', 'The password is wrong.', { field: 'password' })
    const counts = await eraseOwner(db, userId)
    await deleteAccount(db, userId)
    await endSession(db)
    const erased: ErasureReceipt = { account: userId, at: new Date().toISOString(), counts }
    return Response.json({ erased })
  })
}
