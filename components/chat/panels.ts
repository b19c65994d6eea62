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

/** Opens a panel in place of the one that is open, or closes it with null. `messageId` is the message it is about, if any. */
export function showPanel(panel: Panel | null, messageId: string | null = null): void {
  current = panel
  subject = messageId
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

/** The message that the open panel is about. Read it where the panel is rendered. */
export const panelSubject = (): string | null => subject
