import { pathTo } from '#lib/chat/message-tree.ts'
import { isTemporary } from '../temporary/temporary-id.ts'
import type { SendFailure } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import { saveDraft } from './drafts.ts'

/**
 * Opens a question for being asked differently with what it was to be and could not be sent. False when it is not there, or another is
 * being edited.
 */
export function editAgain(
  store: ChatStore,
  conversationId: string,
  questionId: string,
  returned: Pick<SendFailure, 'text' | 'files'>,
): boolean {
  const { views, editing } = store.getState()
  const { messages = [], leafId = null } = views[conversationId] ?? {}
  if (editing !== null || !messages.some(({ id }) => id === questionId)) return false
  if (!pathTo(messages, leafId).some(({ id }) => id === questionId))
    store.showBranch(conversationId, questionId)
  // The editor, whose code may still be on its way, keeps it from then on.
  if (!isTemporary(conversationId)) saveDraft(`edit:${questionId}`, returned.text)
  store.edit(questionId, returned)
  return true
}
