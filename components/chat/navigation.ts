import type { MouseEvent } from 'react'

/** The address of a conversation, or of the empty page. */
export const pathOf = (conversationId: string | null) =>
  conversationId === null ? '/' : `/c/${conversationId}`

/** The conversation that a path shows, or null. */
export const conversationIdOf = (path: string) => /^\/c\/([^/]+)\/?$/.exec(path)?.[1] ?? null

/** Opens a conversation in this page. Next's router follows the history, so back, forward and reload work. */
export function openConversation(conversationId: string | null): void {
  const path = pathOf(conversationId)
  if (window.location.pathname !== path) window.history.pushState(null, '', path)
}

/** A click that a link's own behaviour (new tab, new window, download) should not take. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}
