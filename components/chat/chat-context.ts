'use client'

import { createContext, useContext, useSyncExternalStore } from 'react'
import type { HostedTool } from '#lib/chat/hosted-tools.ts'
import type { Dictionary } from '#lib/i18n/en.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { Filing } from '#lib/legal/filings.ts'
import type { ChatState } from './state/chat-state.ts'
import type { ChatStore } from './state/chat-store.ts'

export interface ChatSite extends Reading {
  name: string
  /** What answers: a real upstream, the labelled demo, or nothing because no key is set. */
  upstream: 'real' | 'demo' | 'none'
  /** Whether people may ask with a key of their own; `needed` where the site has none. */
  ownKeys: 'off' | 'allowed' | 'needed'
  /** Whether whoever is here can set the site's key: its owner, an admin, or who sits at its computer. */
  runsSite: boolean
  /** Whether what is copied of an answer says that AI made it. */
  labelsCopies: boolean
  /** Numbers of authorities, which the first page has to show. */
  filings: readonly Filing[]
  /** Whether whoever is here has limits, of which a word may be said. */
  hasQuota: boolean
  /** The largest file that may be attached. */
  maxFileBytes: number
  /** After how many days what is erased; null: never by itself. */
  days: { deleted: number; unused: number | null }
  /** Which of OpenAI's own tools a conversation may switch on. */
  tools: readonly HostedTool[]
  models: {
    /** The model of whoever chooses none; null as long as only upstream knows. */
    defaultId: string | null
    /** How the operator calls them, by id. */
    names: Readonly<Record<string, string>>
  }
}

/** What messages are shown with, in the chat and on pages without one. */
export interface Reading {
  locale: Locale
  texts: Dictionary
}
export const ReadingContext = createContext<Reading | null>(null)

/** The page's words and language; also outside of the chat, where there is no store. */
export function useReading(): Reading {
  const reading = useContext(ReadingContext)
  if (!reading) throw new Error('A message was rendered on a page without texts.')
  return reading
}
export const useTexts = () => useReading().texts

/** Whether the conversation on the page is one that the site does not know. */
export const TemporaryContext = createContext(false)

export const ChatContext = createContext<{ store: ChatStore; site: ChatSite } | null>(null)

function useChatContext() {
  const context = useContext(ChatContext)
  if (!context) throw new Error('A part of the chat was rendered outside of ChatApp.')
  return context
}

export const useStore = () => useChatContext().store
export const useSite = () => useChatContext().site

/** A piece of the chat's state. `select` must return something that keeps its identity while it does not change. */
export function useChat<T>(select: (state: ChatState) => T): T {
  const store = useStore()
  const snapshot = () => select(store.getState())
  return useSyncExternalStore(store.subscribe, snapshot, snapshot)
}
