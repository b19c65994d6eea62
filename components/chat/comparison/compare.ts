import type { ChatStore } from '../state/chat-store.ts'

/** So many answers can be read beside one another. */
export const MAX_COMPARED = 3

/** Shows the answers to a question side by side, or with null one at a time again. */
export function showComparison(store: ChatStore, questionId: string | null): void {
  store.update((state) => ({ ...state, comparedId: questionId }))
}
