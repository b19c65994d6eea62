import { enterByAccessCode } from '#lib/accounts/codes.ts'
import { accessCodeRequest } from '#lib/accounts/contract.ts'
import { tryOnce } from '#lib/accounts/tries.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { enter } from '../enter.ts'

/** Lets somebody in by an access code. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { code } = await readBody(request, accessCodeRequest)
    const db = await getDatabase()
    const { bucket } = await currentVisitor()
    const id = await tryOnce(db, bucket, () => enterByAccessCode(db, code))
    if (id === null)
      throw new SiteError(403, 'wrong_code', 'The code is wrong or has ended.', { field: 'code' })
    return await enter(db, id)
  })
}
