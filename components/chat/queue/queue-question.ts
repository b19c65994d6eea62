import type { FilePart } from '#lib/chat/parts.ts'
import type { QueueAnswer } from '#lib/chat/queue-contract.ts'
import { type ChatState, type WaitingQuestion, withFailure, withView } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'
import type { Outgoing } from '../state/drafts.ts'
import { ownKeyHeaders } from '../state/own-key.ts'
import { postJson, RequestFailure, requestJson } from '../state/run-client.ts'
import { askAgain, askRequest, failureOf } from '../state/unsent.ts'
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
  // As long as the site does not know the conversation, its questions are those of the empty page.
  const key = store.unsent.keyBelow(parentId) ?? conversationId
  store.unsent.keep(key, { ...request, files, ...(model && { models: [model] }) })
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
    withQueue(withFailure(state, key, null), conversationId, (queue) => [...queue, waiting]),
  )
  const outgoing = await arrivalBefore(store, request)
  if (outgoing === null) return
  store.unsent.keep(conversationId, outgoing)
  const leave = (state: ChatState) =>
    withQueue(state, conversationId, (queue) => queue.filter(({ id }) => id !== waiting.id))
  try {
    const taken = await putInQueue(askAgain(outgoing))
    store.unsent.settle(outgoing.questionId)
    store.update((state) => withAnswer(leave(state), conversationId, taken))
    if (taken.isAsked) await store.refresh(conversationId)
  } catch (error) {
    store.update(leave)
    store.giveBack(conversationId, [outgoing], { ...failureOf(error), conversationId })
  }
}

/**
 * Resolves once the site has the question whose answer is to be waited for, with what is to be asked then; null when the site did not
 * take that one, and this has gone back with it.
 */
function arrivalBefore(
  store: ChatStore,
  { conversationId, questionId }: Pick<Outgoing, 'conversationId' | 'questionId'>,
): Promise<Outgoing | null> {
  return new Promise((resolve) => {
    const look = () => {
      const { outgoing, state } = store.unsent.find(questionId) ?? {}
      const isOver = outgoing === undefined || state !== 'sent'
      // Another may be asked in place of the one before meanwhile, and this is to wait for that.
      const { parentId = null } = outgoing ?? {}
      const isThere = store.getState().views[conversationId]?.messages.some(({ id }) => id === parentId)
      if (!isOver && (!isThere || (parentId !== null && store.isUnsent(parentId)))) return
      unsubscribe()
      resolve(isOver ? null : outgoing)
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

/** The queue of a conversation after a change; one that is no longer on the page is fetched when it is opened. */
export function withQueue(
  state: ChatState,
  conversationId: string,
  change: (queue: readonly WaitingQuestion[]) => readonly WaitingQuestion[],
): ChatState {
  const view = state.views[conversationId]
  return view ? withView(state, conversationId, { queue: change(view.queue) }) : state
}

/** As the site has it; what is still on its way there stays behind the rest. */
export function withAnswer(state: ChatState, conversationId: string, { queue }: QueueAnswer): ChatState {
  const ids = new Set(queue.map(({ id }) => id))
  return withQueue(state, conversationId, (before) => [
    ...queue,
    ...before.filter(({ id, isSending }) => isSending && !ids.has(id)),
  ])
}
