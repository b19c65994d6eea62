import type { KeyboardEvent } from 'react'

/** An input method is composing; Safari tells only by the key code, after `compositionend`. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229
}
