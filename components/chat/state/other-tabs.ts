import type { PreferencesChange } from '#lib/chat/preferences.ts'

/** What the tabs of one browser tell each other. */
export type News =
  /** Conversations or folders are others than before; one alone where `id` is given. */
  | { kind: 'conversations'; id?: string }
  | { kind: 'preferences'; change: PreferencesChange }
  /** Pages are in another language from now on. */
  | { kind: 'language' }
  /** Somebody else sits at this browser from now on; or nobody, if they `hasLeft`. */
  | { kind: 'person'; hasLeft: boolean }

/** Those after which a page has to be loaded anew. */
export type OutdatingNews = Extract<News, { kind: 'language' | 'person' }>

const NAME = 'tain'

/** The one of this page while it listens: what goes through it does not come back to itself. */
let channel: BroadcastChannel | undefined

export function tellOtherTabs(news: News): void {
  if (typeof BroadcastChannel === 'undefined') return
  const to = channel ?? new BroadcastChannel(NAME)
  to.postMessage(news)
  if (to !== channel) to.close()
}

/** Tells of a request that the site has taken, if others may show what it changed. */
export function tellOfRequest(method: string | undefined, path: string): void {
  if (method === undefined || method === 'GET') return
  const [, room, id] = /^\/api\/(conversations|folders|queue)(?:\/([^/]+))?/.exec(path) ?? []
  const isOne = room === 'conversations' && id !== undefined && id !== 'changes'
  if (room !== undefined) tellOtherTabs({ kind: 'conversations', ...(isOne && { id }) })
}

/**
 * Listens to the other tabs, until the returned function is called. A page in the browser's back/forward cache hears
 * nothing, since it could not stay there otherwise; `onBack` is called when it comes out.
 */
export function listenToOtherTabs(onNews: (news: News) => void, onBack: () => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const open = () => {
    channel = new BroadcastChannel(NAME)
    // Only pages of this site can write to it, and they are compiled against the same type; or nearly, after an update.
    channel.onmessage = ({ data }: MessageEvent<News>) => onNews(data)
  }
  const close = () => {
    channel?.close()
    channel = undefined
  }
  const onShow = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    open()
    onBack()
  }
  open()
  window.addEventListener('pagehide', close)
  window.addEventListener('pageshow', onShow)
  return () => {
    window.removeEventListener('pagehide', close)
    window.removeEventListener('pageshow', onShow)
    close()
  }
}
