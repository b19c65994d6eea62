import { ensureSession } from '#lib/accounts/session.ts'
import { newFolder } from '#lib/chat/folder-contract.ts'
import { createFolder } from '#lib/chat/folders.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

/** Makes a folder. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const wanted = await readBody(request, newFolder)
    const { userId } = await ensureSession()
    return Response.json(await createFolder(await getDatabase(), userId, wanted, Date.now()))
  })
}
