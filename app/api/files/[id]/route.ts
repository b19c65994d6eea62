import { getSession } from '#lib/accounts/session.ts'
import { dropUpload } from '#lib/chat/files/collect-files.ts'
import { fileLook } from '#lib/chat/files/file-contract.ts'
import { openFile } from '#lib/chat/files/open-file.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'
import { SiteError } from '#lib/site-error.ts'
import { fileRoom } from '../file-room.ts'

interface Params {
  params: Promise<{ id: string }>
}

/** A file of one's own, to be saved, or with `?as=` what it looks like. */
export function GET(request: Request, { params }: Params): Promise<Response> {
  return answer(async () => {
    const id = requireId((await params).id)
    const look = fileLook
      .optional()
      .catch(undefined)
      .parse(new URL(request.url).searchParams.get('as') ?? undefined)
    const session = await getSession()
    return await openFile(await fileRoom(), session?.userId, id, look, request.headers.get('if-none-match'))
  })
}

/** Takes back an upload before it is sent. */
export function DELETE(request: Request, { params }: Params): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const id = requireId((await params).id)
    const session = await getSession()
    const { db, store } = await fileRoom()
    if (!session || !(await dropUpload(db, store, session.userId, id))) {
      throw new SiteError(404, 'not_found', 'There is no such upload.')
    }
    return new Response(null, { status: 204 })
  })
}
