import { fillMessages } from '../messages/use-held.ts'
import { showPanel } from '../panels.ts'

/** The id of the box in which one writes what is looked for. */
export const FIND_BOX = 'find-box'

/** Opens the search in the conversation, or goes to its box. False where there is nothing to search. */
export function openFind(): boolean {
  if (!document.querySelector('[data-message-id]')) return false
  fillMessages()
  showPanel('find')
  document.getElementById(FIND_BOX)?.focus()
  return true
}
