import { getSession } from '#lib/accounts/session.ts'
import { loadRaw } from '#lib/chat/receipts.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

/** What upstream answered, byte for byte, as a download: the newest run's, or that of `?run=`. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const asked = new URL(request.url).searchParams.get('run')
    const run = asked === null ? undefined : requireId(asked)
    const session = await getSession()
    const raw = session && (await loadRaw(await getDatabase(), session.userId, id, run))
    if (!raw) throw new SiteError(404, 'not_found', 'There is no raw response of this answer.')
    const digest = Buffer.from(raw.receipt?.rawSha256 ?? '', 'hex').toString('base64')
    return new Response(raw.bytes, {
      headers: {
        // Never shown by a browser: these are somebody else's bytes.
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="answer-${id}.txt"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store, no-transform',
        // RFC 9530.
        'repr-digest': `sha-256=:${digest}:`,
      },
    })
  })
}
