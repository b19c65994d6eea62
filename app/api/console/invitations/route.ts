import { createOneTimeCode } from '#lib/accounts/codes.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'

/** Makes an invitation; its path is told once. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId } = await requireSession('admin')
    const code = await createOneTimeCode(await getDatabase(), 'invite', userId)
    return Response.json({ path: `/sign-up#${code}` }, { headers: { 'cache-control': 'no-store' } })
  })
}
