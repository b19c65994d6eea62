'use client'

import { type RefObject, useEffect, useState } from 'react'
import { useStore } from './chat-context.ts'
import { FIND_BOX, openFind } from './find/open-find.ts'
import { wantMarkdown } from './messages/answer-text.tsx'
import { showPanel } from './panels.ts'
import { showPreferences } from './settings/change-preferences.ts'
import type { ChatStore } from './state/chat-store.ts'
import { listenToOtherTabs, type News, type OutdatingNews } from './state/other-tabs.ts'

const REFRESH_AFTER_MS = 30_000

/**
 * The first sign of a person fetches what formats answers and reads them out, and the box into which one writes at once after its keys: whoever
 * sends a question should not wait for them.
 */
export function usePreloadOnInteraction(): void {
  useEffect(() => {
    // Not `scroll`: a conversation scrolls to its end by itself.
    const signs = ['pointermove', 'pointerdown', 'wheel', 'keydown', 'input'] as const
    const preload = () => {
      for (const sign of signs) window.removeEventListener(sign, preload)
      void wantMarkdown()
      void import('./aloud/spoken-answer.tsx').catch(() => undefined)
      void import('./find/find-box.tsx').catch(() => undefined)
      // Also to be had where the network is gone by then.
      void import('./messages/question-editor.tsx').catch(() => undefined)
    }
    for (const sign of signs) window.addEventListener(sign, preload, { passive: true })
    return () => {
      for (const sign of signs) window.removeEventListener(sign, preload)
    }
  }, [])
}

/** Once the page stands, it is kept for when there is no network. Not in development, where files have no hash. */
export function useOffline(store: ChatStore): void {
  useEffect(() => {
    if (process.env.NODE_ENV !== 'production') return
    let end: (() => void) | undefined
    let isGone = false
    void import('./offline/offline.ts').then(({ keepForOffline }) => {
      if (!isGone) end = keepForOffline(store)
    })
    return () => {
      isGone = true
      end?.()
    }
  }, [store])
}

/**
 * Shows what changed elsewhere: in other tabs as soon as it is in sight, and on other devices when it comes back after a
 * while, out of the browser's back/forward cache, or to the network. `onOutdated` is called when the page as a whole is of
 * another person or language than its site.
 */
export function useNewsFromElsewhere(
  conversationId: string | null,
  onOutdated: (news: OutdatingNews) => void,
): void {
  const store = useStore()
  useEffect(() => {
    let hiddenAt = Date.now()
    let isBehind = false
    const refresh = () => {
      isBehind = document.visibilityState === 'hidden'
      if (isBehind) return
      void store.refreshList(conversationId)
      if (conversationId !== null) void store.refresh(conversationId)
    }
    const onNews = (news: News) => {
      if (news.kind === 'preferences') showPreferences(store, news.change)
      else if (news.kind === 'conversations') refresh()
      else if (news.kind === 'person' || news.kind === 'language') onOutdated(news)
    }
    const onChange = () => {
      if (document.visibilityState === 'hidden') hiddenAt = Date.now()
      else if (isBehind || Date.now() - hiddenAt > REFRESH_AFTER_MS) refresh()
    }
    const end = listenToOtherTabs(onNews, refresh)
    document.addEventListener('visibilitychange', onChange)
    window.addEventListener('online', refresh)
    return () => {
      end()
      document.removeEventListener('visibilitychange', onChange)
      window.removeEventListener('online', refresh)
    }
  }, [store, conversationId, onOutdated])
}

/**
 * A time of today in Unix milliseconds, by the page's own clock: pages stay open overnight, and one that opens without a
 * network is of another day. `onServer` is when the page was made.
 */
export function useToday(onServer: number): number {
  const [today, setToday] = useState(onServer)
  useEffect(() => {
    const look = () => {
      const now = Date.now()
      setToday((was) => (new Date(was).toDateString() === new Date(now).toDateString() ? was : now))
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return today
}

/**
 * Keeps the page above a phone's screen keyboard where the browser lays the keyboard over it (iOS): the height of what
 * is visible goes into `--visible-height`, that it is covered into `data-keyboard`. Zooming with the fingers changes nothing.
 */
export function useVisibleHeight(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const visual = window.visualViewport
    if (!visual) return
    const onResize = () => {
      const covered = visual.scale === 1 && window.innerHeight - visual.height > 80
      page.current?.style.setProperty('--visible-height', covered ? `${visual.height}px` : '100dvh')
      page.current?.toggleAttribute('data-keyboard', covered)
      if (covered) window.scrollTo(0, 0)
    }
    visual.addEventListener('resize', onResize)
    return () => visual.removeEventListener('resize', onResize)
  }, [page])
}

export interface Shortcuts {
  stop(): void
  focusComposer(): void
  newChat(): void
}

/**
 * Esc stops, Ctrl/⌘ F finds in the conversation (pressed again in that box it is the browser's own), `/` goes to the composer, Ctrl/⌘ Shift O begins a new chat, Ctrl/⌘ K opens the palette, Ctrl/⌘ , the settings, `?` the
 * list of these.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const command = event.ctrlKey || event.metaKey
      if (command && event.shiftKey && event.code === 'KeyO') {
        event.preventDefault()
        shortcuts.newChat()
      } else if (command && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        showPanel('palette')
      } else if (command && !event.shiftKey && event.key.toLowerCase() === 'f') {
        if (maySearch(event.target) && openFind()) event.preventDefault()
      } else if (command && event.key === ',') {
        event.preventDefault()
        showPanel('settings')
      } else if (event.key === '?' && !command && !isWriting(event.target)) {
        event.preventDefault()
        showPanel('shortcuts')
      } else if (event.key === 'Escape' && !document.querySelector('dialog[open], :popover-open')) {
        shortcuts.stop()
      } else if (event.key === '/' && !command && !event.altKey && !isWriting(event.target)) {
        event.preventDefault()
        shortcuts.focusComposer()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [shortcuts])
}

/** In its own box the keys of the search are the browser's; a dialog lies over what would be searched. */
const maySearch = (target: EventTarget | null) =>
  !(target instanceof HTMLElement && (target.id === FIND_BOX || target.closest('dialog')))

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
