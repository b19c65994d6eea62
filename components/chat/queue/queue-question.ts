import type { FilePart } from '#lib/chat/parts.ts'
import type { QueueAnswer } from '#lib/chat/queue-contract.ts'
import { type ChatState, type WaitingQuestion, withFailure, withView } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { dropOutgoing, keepOutgoing } from '../state/drafts.ts'
import { ownKeyHeaders } from '../state/own-key.ts'
import { postJson, RequestFailure, requestJson } from '../state/run-client.ts'
import { askRequest, failureOf } from '../state/unsent.ts'
import { withTerms } from '../terms/ask-for-terms.ts'

const ATTEMPTS = 3
const PAUSE_MS = 600

/**
 * Puts a question behind the answer that is being written. Its text belongs to its writer until the site has stored it: it
 * comes back when the site does not.
 */
export async function queueQuestion(
  store: ChatStore,
  conversationId: string,
  { text, files, model }: { text: string; files: readonly FilePart[]; model: string | null },
): Promise<void> {
  const parentId = store.getState().views[conversationId]?.leafId ?? null
  const request = askRequest(
    { conversationId, parentId, text, files, model, newModel: null, newTools: [], newFolderId: null },
    undefined,
  )
  const sending = store.getState().views[conversationId]?.queue.filter(({ isSending }) => isSending) ?? []
  keepOutgoing(conversationId, { ...request, files, text: [...sending, { text }].map(textOf).join('\n\n') })
  const waiting: WaitingQuestion = {
    id: request.questionId,
    answerId: request.answerId,
    text,
    files: request.files ?? [],
    model,
    revision: 0,
    held: null,
    isSending: true,
  }
  store.update((state) =>
    withQueue(withFailure(state, conversationId, null), conversationId, (queue) => [...queue, waiting]),
  )
  try {
    await hasArrived(store, conversationId, parentId)
    const taken = await putInQueue(request)
    store.update((state) => {
      const others = withQueue(state, conversationId, (queue) => queue.filter(({ id }) => id !== waiting.id))
      return withAnswer(others, conversationId, taken)
    })
    if (taken.isAsked) await store.refresh(conversationId)
  } catch (error) {
    store.update((state) => {
      // The text before it may have come back at the same moment.
      const back = state.failures[conversationId] ?? { text: '', files: [] }
      const returned = {
        text: [back, { text }].map(textOf).filter(Boolean).join('\n\n'),
        files: [...back.files, ...files],
      }
      const failure = { ...failureOf(error), ...returned, model: model ?? undefined, conversationId }
      const others = withQueue(state, conversationId, (queue) => queue.filter(({ id }) => id !== waiting.id))
      return withFailure(others, conversationId, failure)
    })
  } finally {
    const isLast = !store.getState().views[conversationId]?.queue.some(({ isSending }) => isSending)
    if (isLast) dropOutgoing(conversationId)
  }
}

const textOf = ({ text }: { text: string }) => text

/** Resolves once the site has the question whose answer is to be waited for. Rejects when it does not take that one. */
function hasArrived(store: ChatStore, conversationId: string, answerId: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const isThere = store.getState().views[conversationId]?.messages.some(({ id }) => id === answerId)
      if (isThere && answerId !== null && store.isUnsent(answerId)) return
      unsubscribe()
      if (isThere) resolve()
      else reject(new RequestFailure(0, 'unreachable', 'The question before it was not stored.'))
    }
    const unsubscribe = store.subscribe(look)
    look()
  })
}

/** The ids make the same request again harmless, so it is repeated when the site could not be reached. */
async function putInQueue(request: object): Promise<QueueAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await changeQueue('/api/queue', request, 'POST')
    } catch (error) {
      if (attempt >= ATTEMPTS || !(error instanceof RequestFailure) || error.status > 0) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt))
    }
  }
}

/** What is asked at once because of it is asked with the person's own key, if there is one. */
export async function changeQueue(
  path: string,
  body: object,
  method: 'POST' | 'PATCH',
): Promise<QueueAnswer> {
  const init = postJson(body, method)
  return await withTerms(() =>
    requestJson<QueueAnswer>(path, { ...init, headers: { ...init.headers, ...ownKeyHeaders() } }),
  )
}

/** The queue of a conversation after a change. */
export function withQueue(
  state: ChatState,
  conversationId: string,
  change: (queue: readonly WaitingQuestion[]) => readonly WaitingQuestion[],
): ChatState {
  return withView(state, conversationId, { queue: change(state.views[conversationId]?.queue ?? []) })
}

/** As the site has it; what is still on its way there stays behind the rest. */
export function withAnswer(state: ChatState, conversationId: string, { queue }: QueueAnswer): ChatState {
  const ids = new Set(queue.map(({ id }) => id))
  return withQueue(state, conversationId, (before) => [
    ...queue,
    ...before.filter(({ id, isSending }) => isSending && !ids.has(id)),
  ])
}
