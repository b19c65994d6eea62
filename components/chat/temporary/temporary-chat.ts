import { type ConversationView, withFailure, withoutView, withView } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { newTemporaryId } from './temporary-id.ts'

/** Makes the empty page that of a temporary chat. */
export function beginTemporary(store: ChatStore): void {
  const id = newTemporaryId()
  store.update((state) => withView({ ...state, temporaryId: id }, id, { phase: 'ready' }))
}

/** Forgets the temporary chat, if there is one. What is being written in it ends. */
export function endTemporary(store: ChatStore): void {
  const { temporaryId: id } = store.getState()
  if (id === null) return
  void store.stop(id)
  store.update((state) => withFailure(withoutView({ ...state, temporaryId: null }, id), id, null))
}

/** Something has been said in it, so that leaving loses it. */
export const hasWords = (view: ConversationView | undefined) => (view?.messages.length ?? 0) > 0
