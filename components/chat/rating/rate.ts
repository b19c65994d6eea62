import type { Message, Rating } from '#lib/chat/contract.ts'
import { changeMessage } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { postJson, requestJson } from '../state/run-client.ts'

/** Shows what a person thinks of an answer, and keeps it; when that fails, what was there is shown again. */
export async function rate(
  store: ChatStore,
  conversationId: string,
  { id, rating: before }: Message,
  rating: Rating | undefined,
): Promise<void> {
  const show = (value: Rating | undefined) =>
    store.update((state) =>
      changeMessage(state, conversationId, id, (message) => ({ ...message, rating: value })),
    )
  show(rating)
  try {
    await requestJson(`/api/messages/${id}/rating`, postJson({ rating: rating ?? null }, 'PUT'))
  } catch {
    show(before)
    store.update((state) => ({ ...state, notice: { kind: 'notSaved' } }))
  }
}
