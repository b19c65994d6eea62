import { unlinkRequest } from '#lib/accounts/contract.ts'
import { providersOf } from '#lib/accounts/providers/configured.ts'
import { unlinkIssuer } from '#lib/accounts/providers/links.ts'
import { requireSession } from '#lib/accounts/session.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** Takes the link to a provider away. */
export function DELETE(request: Request): Promise<Response> {
  return answer(async () => {
    const { provider: id } = await readBody(request, unlinkRequest)
    const { userId } = await requireSession()
    const providers = providersOf(getConfig())
    const provider = providers.find((each) => each.id === id)
    if (!provider) throw new SiteError(404, 'not_found', 'There is no such sign-in service here.')
    const usable = providers.map(({ issuer }) => issuer)
    await unlinkIssuer(await getDatabase(), userId, provider.issuer, usable)
    return new Response(null, { status: 204 })
  })
}
