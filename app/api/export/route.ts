import { getSession } from '#lib/accounts/session.ts'
import { contentDisposition } from '#lib/chat/content-disposition.ts'
import { type ExportQuery, exportQuery, exportRequest, openExport } from '#lib/chat/exporting/open-export.ts'
import { getFileStore } from '#lib/chat/files/open-file-store.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { answer, readBody } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { requestLocale } from '../../request-locale.ts'

/** One conversation, or all of whoever asks, as a file. */
export function GET(request: Request): Promise<Response> {
  return answer(async () => {
    const query = exportQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams))
    if (!query.success) throw new SiteError(400, 'bad_request', 'The format must be markdown, json or zip.')
    return await fileOf(query.data)
  })
}

/** Some conversations as a ZIP. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { conversations } = await readBody(request, exportRequest)
    return await fileOf({ format: 'zip', branches: 'shown' }, conversations)
  })
}

async function fileOf(query: ExportQuery, conversationIds?: readonly string[]): Promise<Response> {
  const session = await getSession()
  if (!session) throw new SiteError(404, 'not_found', 'There is nothing to export.')
  const producer = { name: getConfig().SITE_NAME }
  const options = { producer, words: dataTexts[await requestLocale()].file }
  const scope = { db: await getDatabase(), store: getFileStore(), owner: session.userId, conversationIds }
  const { stream, mediaType, fileName } = await openExport(scope, query, options, Date.now())
  const headers = {
    'content-type': mediaType,
    'content-disposition': contentDisposition('attachment', fileName),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store, no-transform',
  }
  return new Response(stream, { headers })
}
