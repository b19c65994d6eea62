import { createAccessCode } from '#lib/accounts/codes.ts'
import { accessCodeDraft } from '#lib/accounts/contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** Makes an access code, which is told once. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const draft = await readBody(request, accessCodeDraft)
    await requireSession('admin')
    const code = await createAccessCode(await getDatabase(), draft)
    return Response.json({ code }, { headers: { 'cache-control': 'no-store' } })
  })
}
