import { getSession } from '#lib/accounts/session.ts'
import { attachmentOf, exportQuery, openExport } from '#lib/chat/exporting/open-export.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { answer } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { requestLocale } from '../../request-locale.ts'

/** One conversation, or all of whoever asks, as a file. */
export function GET(request: Request): Promise<Response> {
  return answer(async () => {
    const query = exportQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams))
    if (!query.success) throw new SiteError(400, 'bad_request', 'The format must be markdown, json or zip.')
    const session = await getSession()
    if (!session) throw new SiteError(404, 'not_found', 'There is nothing to export.')
    const options = {
      producer: { name: getConfig().SITE_NAME },
      words: dataTexts[await requestLocale()].file,
    }
    const scope = { db: await getDatabase(), owner: session.userId }
    const { stream, mediaType, fileName } = await openExport(scope, query.data, options, Date.now())
    return new Response(stream, {
      headers: {
        'content-type': mediaType,
        'content-disposition': attachmentOf(fileName),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store, no-transform',
      },
    })
  })
}
