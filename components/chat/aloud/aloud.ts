import { useSyncExternalStore } from 'react'

/** The answer that is being read aloud; there is one at most. */
export interface Aloud {
  messageId: string
  state: 'speaking' | 'paused' | 'failed'
  stop(): void
}

let current: Aloud | null = null
const listeners = new Set<() => void>()

export function setAloud(next: Aloud | null): void {
  current = next
  for (const listener of listeners) listener()
}

/** Ends what is being read, if anything is. */
export const stopAloud = (): void => current?.stop()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useAloud(): Aloud | null {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  )
}
