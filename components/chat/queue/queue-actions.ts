import type { QueuedChange } from '#lib/chat/queue-contract.ts'
import type { WaitingQuestion } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { RequestFailure, requestJson } from '../state/run-client.ts'
import { changeQueue, withAnswer, withQueue } from './queue-question.ts'

/** `done`; `gone` when it waits no longer, or was changed elsewhere; `failed` when the site could not be asked. */
export type Outcome = 'done' | 'gone' | 'failed'

/** Changes a waiting question; when it is asked because of that, its answer is shown. */
export async function changeWaiting(
  store: ChatStore,
  conversationId: string,
  { id, answerId, revision }: WaitingQuestion,
  change: Omit<QueuedChange, 'revision'>,
): Promise<Outcome> {
  try {
    const changed = await changeQueue(`/api/queue/${id}`, { ...change, revision }, 'PATCH')
    store.update((state) => withAnswer(state, conversationId, changed))
    if (changed.isAsked) await store.refresh(conversationId, answerId)
    return 'done'
  } catch (error) {
    return await outcomeOf(store, conversationId, error)
  }
}

/** Takes a waiting question back. */
export async function removeWaiting(
  store: ChatStore,
  conversationId: string,
  { id }: WaitingQuestion,
): Promise<Outcome> {
  try {
    await requestJson(`/api/queue/${id}`, { method: 'DELETE' })
    store.update((state) =>
      withQueue(state, conversationId, (queue) => queue.filter((waiting) => waiting.id !== id)),
    )
    return 'done'
  } catch (error) {
    return await outcomeOf(store, conversationId, error)
  }
}

async function outcomeOf(store: ChatStore, conversationId: string, error: unknown): Promise<Outcome> {
  if (!(error instanceof RequestFailure) || ![404, 409].includes(error.status)) return 'failed'
  await store.refresh(conversationId)
  return 'gone'
}
