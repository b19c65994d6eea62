'use client'

import { useLayoutEffect, useRef } from 'react'
import { pathTo } from '#lib/chat/message-tree.ts'
import { useStore } from '../chat-context.ts'
import { useLinkedMessageId } from '../navigation.ts'
import type { ConversationView } from '../state/chat-state.ts'
import { showMessage } from './show-message.ts'

/**
 * Shows the message that the address leads to (`#m-{id}`): turns to its branch, brings it into sight and marks it, once.
 * `leave` is called before, so that the page does not follow its end. Returns whether there is such a message to show.
 */
export function useLinkedMessage(
  conversationId: string | null,
  view: ConversationView | undefined,
  leave: () => void,
): boolean {
  const store = useStore()
  const messageId = useLinkedMessageId()
  const shown = useRef<string | null>(null)
  const isHere = view?.phase === 'ready' && view.messages.some(({ id }) => id === messageId)

  useLayoutEffect(() => {
    if (messageId === null) shown.current = null
    if (!isHere || !view || messageId === null || conversationId === null || shown.current === messageId)
      return
    if (!pathTo(view.messages, view.leafId).some(({ id }) => id === messageId)) {
      store.showBranch(conversationId, messageId)
      return
    }
    leave()
    if (showMessage(messageId)) shown.current = messageId
  }, [messageId, isHere, view, conversationId, store, leave])

  return messageId !== null && view?.phase !== 'missing'
}
