import { ensureSession } from '#lib/accounts/session.ts'
import { readFileName } from '#lib/chat/files/file-contract.ts'
import { FILE_NAME_HEADER } from '#lib/chat/files/file-kinds.ts'
import { keepUpload } from '#lib/chat/files/keep-file.ts'
import { answer, requireSameOrigin } from '#lib/site-api.ts'
import { fileRoom } from './file-room.ts'

/** Keeps the file in the body, to be attached to a question; answers with it as messages carry it. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId, role } = await ensureSession()
    const name = readFileName(request.headers.get(FILE_NAME_HEADER))
    return Response.json(await keepUpload(await fileRoom(role, userId), userId, name, request), {
      status: 201,
    })
  })
}
