'use client'

import { type MouseEvent, useSyncExternalStore } from 'react'

/** The address of a conversation or of one of its messages, or of the empty page. */
export const pathOf = (conversationId: string | null, messageId?: string | null) =>
  conversationId === null ? '/' : `/c/${conversationId}${messageId ? `#m-${messageId}` : ''}`

/** The conversation that a path shows, or null. */
const conversationIdOf = (path: string) => /^\/c\/([^/]+)\/?$/.exec(path)?.[1] ?? null

const listeners = new Set<() => void>()

/** The message that an address leads to, or null. */
const messageIdOf = (hash: string) => /^#m-(.+)$/.exec(hash)?.[1] ?? null

/**
 * Opens a conversation in this page, at one of its messages or where it ends. Next's router follows the history, so back,
 * forward and reload work.
 */
export function openConversation(conversationId: string | null, messageId?: string | null): void {
  const path = pathOf(conversationId, messageId)
  if (window.location.pathname + window.location.hash === path) return
  window.history.pushState(null, '', path)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  window.addEventListener('hashchange', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
    window.removeEventListener('hashchange', listener)
  }
}

/**
 * The conversation that the address shows. Not Next's `usePathname`: that changes in a transition, which a streaming
 * answer, rendering every frame, holds up for seconds.
 */
export function useConversationId(onServer: string | null): string | null {
  return useSyncExternalStore(
    subscribe,
    () => conversationIdOf(window.location.pathname),
    () => onServer,
  )
}

/** The message that the address leads to. */
export function useLinkedMessageId(): string | null {
  return useSyncExternalStore(
    subscribe,
    () => messageIdOf(window.location.hash),
    () => null,
  )
}

/** A click that a link's own behaviour (new tab, new window, download) should not take. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}
