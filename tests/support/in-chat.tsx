import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { ChatContext, type ChatSite, ReadingContext } from '#components/chat/chat-context.ts'
import { ChatStore } from '#components/chat/state/chat-store.ts'
import { defaultPreferences } from '#lib/chat/preferences.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'

/** The HTML of a part of the chat, on the page of a `site` like this. */
export function renderInChat(children: ReactNode, site: Partial<ChatSite> = {}): string {
  const locale = site.locale ?? 'en'
  const whole: ChatSite = {
    name: 'Tain',
    locale,
    texts: dictionaryOf(locale),
    upstream: 'real',
    models: { defaultId: 'm', names: {} },
    ownKeys: 'off',
    runsSite: false,
    hasQuota: false,
    maxFileBytes: 20 * 1024 ** 2,
    labelsCopies: false,
    filings: [],
    days: { deleted: 30, unused: null },
    tools: [],
    ...site,
  }
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => {})
  return renderToStaticMarkup(
    <ReadingContext value={whole}>
      <ChatContext value={{ store, site: whole }}>{children}</ChatContext>
    </ReadingContext>,
  )
}

/** What messages may ask of a page that does nothing. */
export const noActions = {
  regenerate: () => {},
  continueAnswer: () => {},
  showBranch: () => {},
  edit: () => {},
  askInstead: () => {},
  stay: () => {},
  askInNewChat: () => {},
}
