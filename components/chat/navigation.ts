'use client'

import { type MouseEvent, useSyncExternalStore } from 'react'
import { afterFirstWords } from './messages/after-first-words.ts'

/** The address of a conversation or of one of its messages, or of the empty page. */
export const pathOf = (conversationId: string | null, messageId?: string | null) =>
  conversationId === null ? '/' : `/c/${conversationId}${messageId ? `#m-${messageId}` : ''}`

/** The conversation that a path shows, or null. */
const conversationIdOf = (path: string) => /^\/c\/([^/]+)\/?$/.exec(path)?.[1] ?? null

/** The conversation that the address shows at this moment, or null; to render by, see `useConversationId`. */
export const shownConversationId = () => conversationIdOf(window.location.pathname)

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

/**
 * Shows the address of a conversation that the page shows already, since its first question was just asked. Next's router, which
 * renders everything anew for it, hears of it when the first words have had their turn.
 */
export function showAddress(conversationId: string): void {
  const path = pathOf(conversationId)
  if (window.location.pathname === path) return
  // Past Next, which watches `history`, with the state by which it knows an entry as one of its own.
  History.prototype.pushState.call(window.history, window.history.state, '', path)
  afterFirstWords(() => {
    if (window.location.pathname !== path) return
    window.history.replaceState(null, '', window.location.href)
    for (const listener of listeners) listener()
  })
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
  return useSyncExternalStore(subscribe, shownConversationId, () => onServer)
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
