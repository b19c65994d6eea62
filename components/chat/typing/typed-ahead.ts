'use client'

import { useLayoutEffect } from 'react'
import { showPanel } from '../panels.ts'

let typed = ''

/**
 * Gives a panel's field what was typed while its code was on its way, if anything. `begin` is called before the panel is first seen:
 * React renders it some time before it shows it.
 */
export function useTypedAhead(begin: (text: string) => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there.
  useLayoutEffect(() => {
    if (typed !== '') begin(typed)
  }, [])
}

/**
 * In a panel's place while its code comes. Who opens one by a key types on; that is for the panel, and not for the box that had the
 * keyboard before, which Enter would send.
 */
export function TypedAhead(): null {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') showPanel(null)
      else if (event.key === 'Backspace') typed = typed.slice(0, -1)
      else if (event.key.length === 1) typed += event.key
      else if (event.key !== 'Enter') return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKey, true)
    return () => {
      // When the panel that came in its place has had it, or none has.
      queueMicrotask(() => {
        typed = ''
      })
      window.removeEventListener('keydown', onKey, true)
    }
  }, [])
  return null
}
