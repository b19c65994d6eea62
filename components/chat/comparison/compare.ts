import type { FilePart } from '#lib/chat/parts.ts'
import type { ChatStore } from '../state/chat-store.ts'

/** So many answers can be read beside one another. */
export const MAX_COMPARED = 3

/** Asks several models the same; their answers are alternatives, shown side by side until one is kept. */
export function askSeveral(
  store: ChatStore,
  conversationId: string | null,
  text: string,
  models: readonly string[],
  files: readonly FilePart[] = [],
): void {
  const [first = null, ...others] = models
  const asked = store.send(conversationId, text, undefined, {
    model: first,
    files,
    // Until then the site knows no question that others could answer.
    onStored() {
      for (const model of others) {
        note(model, store.regenerate(asked.conversationId, asked.questionId, model))
      }
    },
  })
  const note = (model: string, answerId: string) =>
    store.update((state) => {
      const models = { ...state.comparing?.models, [answerId]: model }
      return { ...state, comparing: { questionId: asked.questionId, models } }
    })
  store.update((state) => ({ ...state, comparing: null }))
  if (first !== null) note(first, asked.answerId)
}

/** Shows the answers to a question side by side, or with null one at a time again. */
export function showComparison(store: ChatStore, questionId: string | null): void {
  store.update((state) => ({ ...state, comparing: questionId === null ? null : { questionId, models: {} } }))
}
