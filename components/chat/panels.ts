'use client'

import { useSyncExternalStore } from 'react'

/** What can lie over the page, one at a time. Their code comes when they are opened. */
export type Panel = 'palette' | 'shortcuts' | 'data' | 'conversation' | 'settings' | 'prompts'

let current: Panel | null = null
const listeners = new Set<() => void>()

/** Opens a panel in place of the one that is open, or closes it with null. */
export function showPanel(panel: Panel | null): void {
  current = panel
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePanel(): Panel | null {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  )
}
