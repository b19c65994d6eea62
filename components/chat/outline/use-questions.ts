import { useMemo } from 'react'
import { pathTo } from '#lib/chat/message-tree.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import { useChat, useStore } from '../chat-context.ts'
import type { ChatState } from '../state/chat-state.ts'

/** With fewer a conversation is seen at a glance. */
export const MIN_QUESTIONS = 3
/** More of a question than this is not needed to know it again. */
const MAX_CHARS = 160

export interface OutlineEntry {
  id: string
  label: string
}

function questionsOf(state: ChatState, conversationId: string) {
  const view = state.views[conversationId]
  return view ? pathTo(view.messages, view.leafId).filter(({ role }) => role === 'user') : []
}

/** The questions of the shown branch. New only when they are, so that a growing answer does not touch the list. */
export function useQuestions(conversationId: string): readonly OutlineEntry[] {
  const store = useStore()
  const ids = useChat((state) =>
    questionsOf(state, conversationId)
      .map(({ id }) => id)
      .join(),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a question never changes; its id stands for it.
  return useMemo(
    () =>
      questionsOf(store.getState(), conversationId).map(({ id, parts }) => ({
        id,
        label: textOfParts(parts).slice(0, 1_000).replace(/\s+/g, ' ').trim().slice(0, MAX_CHARS) || '…',
      })),
    [store, conversationId, ids],
  )
}
