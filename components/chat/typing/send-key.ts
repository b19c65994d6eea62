import type { KeyboardEvent } from 'react'
import type { Preferences } from '#lib/chat/preferences.ts'

/** Whether a key sends what is written: Enter as the person has it, and with Ctrl or ⌘ always. */
export function sends(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  sendKey: Preferences['sendKey'],
): boolean {
  if (event.key !== 'Enter') return false
  return event.ctrlKey || event.metaKey || (sendKey === 'enter' && !event.shiftKey)
}
