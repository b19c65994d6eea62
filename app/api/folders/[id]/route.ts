import { getSession } from '#lib/accounts/session.ts'
import { folderChange } from '#lib/chat/folder-contract.ts'
import { changeFolder, deleteFolder } from '#lib/chat/folders.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'

interface Context {
  params: Promise<{ id: string }>
}

/** Renames a folder, or folds it. */
export function PATCH(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const change = await readBody(request, folderChange)
    const id = requireId((await params).id)
    const session = await getSession()
    return done(session !== null && (await changeFolder(await getDatabase(), session.userId, id, change)))
  })
}

/** Deletes a folder; its conversations stay. */
export function DELETE(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const id = requireId((await params).id)
    const session = await getSession()
    return done(session !== null && (await deleteFolder(await getDatabase(), session.userId, id)))
  })
}

function done(isDone: boolean): Response {
  if (!isDone) throw new SiteError(404, 'not_found', 'There is no such folder.')
  return new Response(null, { status: 204 })
}
