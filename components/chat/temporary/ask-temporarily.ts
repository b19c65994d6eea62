import type { RunEvent, SendRequest } from '#lib/chat/contract.ts'
import { pathTo } from '#lib/chat/message-tree.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import type { TemporaryRequest } from '#lib/chat/temporary-contract.ts'
import type { ChatState } from '../state/chat-state.ts'
import { postJson, type RunListener, readAnswer } from '../state/run-client.ts'

/**
 * Sends the branch of a temporary chat that ends in the asked answer, and reads that answer. The connection is the run:
 * resolves when `signal` aborts, which ends it, and rejects with `RequestFailure` when the site did not take the question
 * or the connection broke.
 */
export async function askTemporarily(
  state: ChatState,
  request: SendRequest,
  listener: RunListener,
  signal: AbortSignal,
): Promise<void> {
  const { answerId, conversationId } = request
  const branch = pathTo(state.views[conversationId]?.messages ?? [], answerId)
  const model = (request.kind === 'continue' ? undefined : request.model) ?? state.newModel
  const body: TemporaryRequest = {
    answerId,
    messages: branch
      .map(({ id, role, parts }) => ({ id, role, text: textOfParts(parts) }))
      .filter(({ id, text }) => text !== '' || (id === answerId && request.kind === 'continue'))
      .map(({ role, text }) => ({ role, text })),
    ...(model !== null && { model }),
    ...(state.newTools.length > 0 && { tools: [...state.newTools] }),
  }
  const answer = branch.at(-1)
  const onEvent = (event: RunEvent) =>
    // The site does not know the tree that the answer is a part of.
    listener.onEvent(event.type === 'start' && answer ? { ...event, message: answer } : event)
  await readAnswer('/api/temporary', postJson(body), { ...listener, onEvent }, signal)
}
