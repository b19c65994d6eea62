import { ensureSession } from '#lib/accounts/session.ts'
import { importUpload } from '#lib/chat/importing/import-upload.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'

/** Imports the file in the body; answers with a line for each conversation. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId } = await ensureSession()
    return new Response(await importUpload(await getDatabase(), userId, request), {
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    })
  })
}
