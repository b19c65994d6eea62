'use client'

import { useSyncExternalStore } from 'react'

/** What can lie over the page, one at a time. Their code comes when they are opened. */
export type Panel =
  | 'palette'
  | 'shortcuts'
  | 'data'
  | 'conversation'
  | 'settings'
  | 'prompts'
  | 'share'
  | 'shares'
  | 'find'
  | 'report'

let current: Panel | null = null
let subject: string | null = null
const listeners = new Set<() => void>()

/** The part of the settings about the person's own key, as what the panel is about. */
export const OWN_KEY = 'own-key'

/**
 * Opens a panel in place of the one that is open, or closes it with null. `about` is what it is about: the id of a message,
 * or {@link OWN_KEY}.
 */
export function showPanel(panel: Panel | null, about: string | null = null): void {
  current = panel
  subject = about
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

/** What the open panel is about. Read it where the panel is rendered. */
export const panelSubject = (): string | null => subject
