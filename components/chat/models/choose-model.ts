import { keepPreference, MODEL_COOKIE } from '#components/ui/appearance.ts'
import type { ChatState } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'

/** The model that was chosen for a conversation, or for the next one; null is that of the site. */
export function chosenModel(state: ChatState, conversationId: string | null): string | null {
  const conversation = state.conversations.find(({ id }) => id === conversationId)
  return conversation ? (conversation.settings.model ?? null) : state.newModel
}

/** Chooses a model for a conversation, and for those that are begun later. */
export async function chooseModel(
  store: ChatStore,
  conversationId: string | null,
  model: string | null,
): Promise<void> {
  keepPreference(MODEL_COOKIE, encodeURIComponent(model ?? ''))
  store.update((state) => ({ ...state, newModel: model }))
  const conversation = store.getState().conversations.find(({ id }) => id === conversationId)
  if (!conversation) return
  const { changeSettings } = await import('../state/conversation-actions.ts')
  await changeSettings(store, conversation, { model })
}
