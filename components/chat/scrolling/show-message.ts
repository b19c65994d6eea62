/** Brings a message of the page to its top and marks it for a moment. False when it is not on the page. */
export function showMessage(messageId: string): boolean {
  const element = document.querySelector(`[data-message-id="${CSS.escape(messageId)}"]`)
  if (!element) return false
  element.scrollIntoView({ block: 'start' })
  const marked = { backgroundColor: 'color-mix(in oklab, var(--accent) 14%, transparent)' }
  element.animate([marked, marked, {}], { duration: 1_800, easing: 'ease-out' })
  return true
}
