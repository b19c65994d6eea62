import { useSyncExternalStore } from 'react'
import type { Scheme } from './theme-variables.ts'

const DARK = '(prefers-color-scheme: dark)'

/** The scheme that is shown: what was chosen for the page, else the system's. */
export function useScheme(): Scheme {
  return useSyncExternalStore(subscribe, shown, () => 'light')
}

function shown(): Scheme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return matchMedia(DARK).matches ? 'dark' : 'light'
}

function subscribe(callback: () => void): () => void {
  const system = matchMedia(DARK)
  const observer = new MutationObserver(callback)
  system.addEventListener('change', callback)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', callback)
    observer.disconnect()
  }
}
