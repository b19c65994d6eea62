'use client'

import { useSyncExternalStore } from 'react'

/** Why a part of the page could not be loaded: the site was updated since this page was, or cannot be reached. */
export type Missing = 'outdated' | 'unreachable'

/** An unreachable site may be back with the next try, so that is said for a while only. */
const SAID_MS = 6_000

let missing: Missing | null = null
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function set(is: Missing | null): void {
  missing = is
  for (const listener of listeners) listener()
}

/** To be called when a part of the page did not load; finds out why, for {@link useMissing}. */
export async function tellMissing(): Promise<void> {
  const isThere = await fetch('/healthz', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
  // Once updated, a page stays behind until it is loaded anew.
  if (missing === 'outdated') return
  clearTimeout(timer)
  set(isThere ? 'outdated' : 'unreachable')
  if (!isThere) timer = setTimeout(() => set(null), SAID_MS)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useMissing = (): Missing | null =>
  useSyncExternalStore(
    subscribe,
    () => missing,
    () => null,
  )
