import type { ChatStore } from '../state/chat-store.ts'

/** Not every glance at another window is worth a page of the server's. */
const KEEP_EVERY_MS = 60_000

/**
 * Lets the site open without a network: registers the service worker, and tells it whenever the page goes out of sight
 * what it should have then. Returns a function that ends it. Browsers without service workers do without.
 */
export function keepForOffline(store: ChatStore): () => void {
  if (!('serviceWorker' in navigator)) return () => {}
  const isFirst = navigator.serviceWorker.controller === null
  let known = store.getState()
  let keptAt = 0

  const keep = async (paths: string[]) => {
    const { active } = await navigator.serviceWorker.ready
    active?.postMessage({ kind: 'keep', paths })
  }
  const onChange = () => {
    const state = store.getState()
    if (document.visibilityState !== 'hidden' || Date.now() - keptAt < KEEP_EVERY_MS) return
    const seen = Object.keys(state.views).filter(
      (id) => state.views[id] !== known.views[id] && state.views[id]?.phase === 'ready',
    )
    if (seen.length === 0 && state.conversations === known.conversations) return
    known = state
    keptAt = Date.now()
    void keep(['/', ...seen.map((id) => `/api/conversations/${id}`)])
  }
  navigator.serviceWorker.register('/sw.js').then(
    // What the page was made of came before there was anyone to keep it.
    () => {
      if (isFirst) void keep(['/', ...filesOfPage()])
    },
    (error: unknown) => console.warn('The site will not open without a network:', error),
  )
  document.addEventListener('visibilitychange', onChange)
  return () => document.removeEventListener('visibilitychange', onChange)
}

const filesOfPage = () =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ pathname }) => pathname.includes('/_next/static/'))
    .map(({ origin, pathname, href }) => (origin === window.location.origin ? pathname : href))
