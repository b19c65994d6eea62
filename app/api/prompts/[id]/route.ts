import { requireSession } from '#lib/accounts/session.ts'
import { deletePrompt } from '#lib/chat/prompt-store.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, requireId, requireSameOrigin } from '#lib/site-api.ts'

/** Deletes a prompt of the visitor's. */
export function DELETE(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answer(async () => {
    requireSameOrigin(request)
    const { userId } = await requireSession('guest')
    await deletePrompt(await getDatabase(), userId, requireId((await params).id))
    return new Response(null, { status: 204 })
  })
}
