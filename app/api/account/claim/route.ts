import { claimRequest } from '#lib/accounts/contract.ts'
import { createOwner, isOwnerCode } from '#lib/accounts/owner.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { enter } from '../enter.ts'
import { askToConfirm } from '../letters.ts'

/** Makes the first visitor with the start's code the owner. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code, ...person } = await readBody(request, claimRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const isRight = await tryOnce(db, bucket, async () => isOwnerCode(code) || null)
    if (!isRight) throw new SiteError(403, 'wrong_code', 'The code is wrong.', { field: 'code' })
    const id = await createOwner(db, person)
    await askToConfirm(db, id)
    return await enter(db, id)
  })
}
