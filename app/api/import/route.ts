import { ensureSession } from '#lib/accounts/session.ts'
import { importUpload } from '#lib/chat/importing/import-upload.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { fileRoom } from '../files/file-room.ts'

/** Imports the file in the body; answers with a line for each conversation. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId, role } = await ensureSession()
    const { uploadBytes, ...keep } = await fileRoom(role, userId)
    return new Response(await importUpload(keep, userId, request, uploadBytes), {
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    })
  })
}
