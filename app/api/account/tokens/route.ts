import { createApiToken, listApiTokens, revokeApiToken } from '#lib/accounts/api-tokens.ts'
import { apiTokenDraft, revokeTokenRequest } from '#lib/accounts/contract.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** The tokens of whoever asks, without their secrets. */
export function GET(): Promise<Response> {
  return answer(async () => {
    const { userId } = await requireSession()
    const tokens = await listApiTokens(await getDatabase(), userId)
    return Response.json({ tokens }, { headers: { 'cache-control': 'no-store' } })
  })
}

/** Makes a token for `/v1`, which is told once. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const draft = await readBody(request, apiTokenDraft)
    const { userId } = await requireSession()
    const made = await createApiToken(await getDatabase(), userId, draft)
    return Response.json(made, { status: 201, headers: { 'cache-control': 'no-store' } })
  })
}

/** Revokes one. */
export function DELETE(request: Request): Promise<Response> {
  return answer(async () => {
    const { id } = await readBody(request, revokeTokenRequest)
    const { userId } = await requireSession()
    const isRevoked = await revokeApiToken(await getDatabase(), userId, id)
    if (!isRevoked) throw new SiteError(404, 'not_found', 'There is no such token.')
    return new Response(null, { status: 204 })
  })
}
