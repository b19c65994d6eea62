import { admitVisitor, ensureSession } from '#lib/accounts/session.ts'
import { listPrompts, savePrompts } from '#lib/chat/prompt-store.ts'
import { keepPrompts, type PromptsAnswer } from '#lib/chat/prompts.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

async function allOf(owner: string | undefined): Promise<Response> {
  const prompts = owner === undefined ? [] : await listPrompts(await getDatabase(), owner)
  return Response.json({ prompts } satisfies PromptsAnswer, { headers: { 'cache-control': 'no-store' } })
}

/** The prompts that the visitor keeps. */
export function GET(): Promise<Response> {
  return answer(async () => allOf((await admitVisitor())?.userId))
}

/** Keeps more, or others in place of some. */
export function POST(request: Request): Promise<Response> {
  return answer(async () => {
    const { prompts } = await readBody(request, keepPrompts)
    const { userId } = await ensureSession()
    await savePrompts(await getDatabase(), userId, prompts)
    return await allOf(userId)
  })
}
