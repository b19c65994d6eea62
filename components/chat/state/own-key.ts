'use client'

import { useSyncExternalStore } from 'react'

/** A person's own key: kept in this browser alone, sent along with what the site asks on the person's behalf. */
const NAME = 'tain:own-key'

const listeners = new Set<() => void>()

/** The key of this browser, or null. */
function loadOwnKey(): string | null {
  try {
    return localStorage.getItem(NAME)
  } catch {
    return null
  }
}

/** Keeps a key, or forgets it with null. False where the browser keeps nothing. */
export function saveOwnKey(key: string | null): boolean {
  try {
    if (key === null) localStorage.removeItem(NAME)
    else localStorage.setItem(NAME, key)
  } catch {
    return false
  }
  for (const listener of listeners) listener()
  return true
}

/** What a request carries that is to be made with the person's own key. */
export function ownKeyHeaders(): Record<string, string> {
  const key = loadOwnKey()
  return key === null ? {} : { 'x-tain-own-key': key }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** The key of this browser; undefined until the page has looked. */
export function useOwnKey(): string | null | undefined {
  return useSyncExternalStore(subscribe, loadOwnKey, () => undefined)
}
