'use client'

import { PanelLeft, Share, SlidersHorizontal, SquarePen } from 'lucide-react'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { keepPreference, SIDEBAR_COOKIE, type Theme } from '#components/ui/appearance.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Conversation, ConversationDetail } from '#lib/chat/contract.ts'
import type { Folder } from '#lib/chat/folder-contract.ts'
import type { Preferences } from '#lib/chat/preferences.ts'
import { LOCALE_COOKIE, type Locale } from '#lib/i18n/locale.ts'
import {
  ChatContext,
  type ChatSite,
  ReadingContext,
  useChat,
  useSite,
  useStore,
  useTexts,
} from './chat-context.ts'
import type { ComposerHandle } from './composer/composer.tsx'
import { ConversationPane } from './conversation-pane.tsx'
import { DemoNotice, KeyHelp } from './demo-notice.tsx'
import { MissingPartBar } from './missing-part-bar.tsx'
import { openConversation, showAddress, useConversationId } from './navigation.ts'
import { ContentsButton } from './outline/contents-button.tsx'
import { PanelHost } from './panel-host.tsx'
import { showPanel } from './panels.ts'
import { chooseTheme } from './settings/change-preferences.ts'
import { Drawer, type DrawerHandle } from './sidebar/drawer.tsx'
import { Sidebar } from './sidebar/sidebar.tsx'
import { ChatStore } from './state/chat-store.ts'
import { tellOtherTabs } from './state/other-tabs.ts'
import { endTemporary } from './temporary/temporary-chat.ts'
import { isTemporary } from './temporary/temporary-id.ts'
import { mayForget, TemporaryToggle, useTemporaryWarning } from './temporary/temporary-toggle.tsx'
import { useTermsAsked } from './terms/ask-for-terms.ts'
import {
  useNewsFromElsewhere,
  useOffline,
  usePreloadOnInteraction,
  useShortcuts,
  useToday,
  useVisibleHeight,
} from './use-page-events.ts'

export interface ChatInitial {
  site: ChatSite
  conversations: Conversation[]
  folders: Folder[]
  /** The conversation that the address names, for a page that is read before its script runs. */
  detail: ConversationDetail | null
  isSidebarOpen: boolean
  /** The model that was chosen last; null is that of the site. */
  newModel: string | null
  preferences: Preferences
  now: number
}

/** The chat page. The path says which conversation is open; everything else is in the store. */
export function ChatApp({ initial }: { initial: ChatInitial }) {
  const [store] = useState(() => new ChatStore(initial, showAddress))
  const context = useMemo(() => ({ store, site: initial.site }), [store, initial.site])
  useEffect(() => () => store.dispose(), [store])
  useOffline(store)
  return (
    <ReadingContext value={initial.site}>
      <ChatContext value={context}>
        <Room initial={initial} />
      </ChatContext>
    </ReadingContext>
  )
}

function Room({ initial }: { initial: ChatInitial }) {
  const store = useStore()
  const { sidebar, temporary, composer: words } = useTexts()
  const page = useRef<HTMLDivElement>(null)
  const drawer = useRef<DrawerHandle>(null)
  const composer = useRef<ComposerHandle>(null)
  const [isSidebarOpen, setSidebarOpen] = useState(initial.isSidebarOpen)
  const showSidebar = useCallback((open: boolean) => {
    setSidebarOpen(open)
    keepPreference(SIDEBAR_COOKIE, open ? 'open' : 'closed')
  }, [])
  const openingId = useChat((state) => state.openingId)
  const pathId = useConversationId(initial.detail?.id ?? null)
  const temporaryId = useChat((state) => state.temporaryId)
  const conversationId = pathId ?? openingId ?? temporaryId

  useEffect(() => {
    if (pathId === null) return
    store.settleOpening()
    void store.open(pathId)
  }, [pathId, store])

  const begin = useCallback(
    (folderId: string | null) => {
      drawer.current?.close()
      if (!mayForget(store, temporary.sure)) return
      endTemporary(store)
      store.settleOpening()
      store.update((state) => ({ ...state, newFolderId: folderId }))
      openConversation(null)
      composer.current?.focus()
    },
    [store, temporary],
  )
  const newChat = useCallback(() => begin(null), [begin])
  const onLanguage = useCallback((to: Locale) => switchLanguage(to, composer.current), [])
  const hands = useMemo(
    () => ({
      newChat,
      newChatIn: begin,
      focusComposer: () => composer.current?.focus(),
      stop: () => conversationId !== null && void store.stop(conversationId),
      toggleSidebar: () => showSidebar(!isSidebarOpen),
      switchLanguage: onLanguage,
      chooseTheme: (to: Theme) => chooseTheme(store, to),
    }),
    [store, begin, newChat, onLanguage, conversationId, isSidebarOpen, showSidebar],
  )
  useShortcuts(hands)
  usePreloadOnInteraction()
  useNewsFromElsewhere(
    conversationId,
    useCallback(
      (news) => {
        if (news.kind === 'person' && news.hasLeft) composer.current?.write('')
        // What is being written elsewhere than in the composer is kept nowhere, and can be read in the old language.
        if (news.kind === 'language' && isWritingAside(store)) return
        composer.current?.saveDraft()
        // A chat that is kept nowhere would be gone; the site answers no further question in it.
        if (store.getState().temporaryId === null) window.location.reload()
      },
      [store],
    ),
  )
  useVisibleHeight(page)
  useTemporaryWarning()

  const sidebarProps = {
    conversationId,
    now: useToday(initial.now),
    onNewChat: newChat,
    onNewChatIn: begin,
    onLanguage,
  }
  const hideSidebar = useCallback(() => showSidebar(false), [showSidebar])
  const closeDrawer = useCallback(() => drawer.current?.close(), [])
  return (
    <div className="room page" ref={page}>
      <button type="button" className="skip-link" onClick={hands.focusComposer}>
        {words.skip}
      </button>
      {isSidebarOpen && (
        <aside className="sidebar" aria-label={sidebar.label}>
          <Sidebar {...sidebarProps} onClose={hideSidebar} />
        </aside>
      )}
      <Drawer handle={drawer} label={sidebar.label}>
        <Sidebar {...sidebarProps} onClose={closeDrawer} onChosen={closeDrawer} />
      </Drawer>
      <ConversationPane
        conversationId={conversationId}
        composer={composer}
        header={
          <Header
            conversationId={conversationId}
            isSidebarOpen={isSidebarOpen}
            onOpenSidebar={() => showSidebar(true)}
            onOpenDrawer={() => drawer.current?.open()}
            onNewChat={newChat}
            onTemporary={() => composer.current?.focus()}
          />
        }
      />
      <KeyHelp />
      <PanelHost hands={hands} />
      <Terms />
      <Announcer />
      <Notices />
      <MissingPartBar />
    </div>
  )
}

/** A question is being edited, or a dialog is open. */
const isWritingAside = (store: ChatStore) =>
  store.getState().editing !== null || document.querySelector('dialog[open]') !== null

/** Loads the page anew in another language, with what was being written, and the other tabs too. */
function switchLanguage(locale: Locale, composer: ComposerHandle | null): void {
  composer?.saveDraft()
  keepPreference(LOCALE_COOKIE, locale)
  tellOtherTabs({ kind: 'language' })
  window.location.reload()
}

function Header(props: {
  conversationId: string | null
  isSidebarOpen: boolean
  onOpenSidebar: () => void
  onOpenDrawer: () => void
  onNewChat: () => void
  onTemporary: () => void
}) {
  const { name } = useSite()
  const { sidebar, conversation, temporary } = useTexts()
  const isTemporaryChat = isTemporary(props.conversationId)
  const title = useChat(
    (state) => state.conversations.find(({ id }) => id === props.conversationId)?.title ?? '',
  )
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name
  }, [title, name])
  const toggle = (className: string, onClick: () => void) => (
    <IconButton label={sidebar.open} className={className} onClick={onClick}>
      <PanelLeft size={18} aria-hidden />
    </IconButton>
  )
  return (
    <header className="pane-header">
      <div className="pane-bar">
        {toggle('md:hidden', props.onOpenDrawer)}
        {!props.isSidebarOpen && toggle('max-md:hidden', props.onOpenSidebar)}
        {props.conversationId === null || isTemporaryChat ? (
          <span className="pane-title">{isTemporaryChat && temporary.title}</span>
        ) : (
          <h1 className="pane-title truncate">{title}</h1>
        )}
        {props.conversationId !== null && !isTemporaryChat && (
          <>
            <ContentsButton conversationId={props.conversationId} />
            {/* On a phone these two are in the menu of the button before them. */}
            <IconButton
              className="order-1 max-md:hidden"
              label={conversation.share}
              onClick={() => showPanel('share')}
            >
              <Share size={18} aria-hidden />
            </IconButton>
            <IconButton
              className="order-1 max-md:hidden"
              label={conversation.settings}
              onClick={() => showPanel('conversation')}
            >
              <SlidersHorizontal size={18} aria-hidden />
            </IconButton>
          </>
        )}
        {(props.conversationId === null || isTemporaryChat) && (
          <TemporaryToggle onChange={props.onTemporary} />
        )}
        <IconButton
          label={sidebar.newChat}
          className={`order-1 ${props.isSidebarOpen ? 'md:hidden' : ''}`}
          onClick={props.onNewChat}
        >
          <SquarePen size={18} aria-hidden />
        </IconButton>
        <DemoNotice />
      </div>
    </header>
  )
}

const NoticeToast = lazyPart(async () => (await import('./notice-toast.tsx')).NoticeToast)

function Notices() {
  const notice = useChat((state) => state.notice)
  return <Suspense>{notice && <NoticeToast notice={notice} />}</Suspense>
}

const TermsDialog = lazyPart(async () => (await import('./terms/terms-dialog.tsx')).TermsDialog)

/** Comes when the site will not send anything before its terms are accepted. */
function Terms() {
  const isAsked = useTermsAsked()
  return <Suspense>{isAsked && <TermsDialog />}</Suspense>
}

/** Tells a screen reader that an answer began or ended. */
function Announcer() {
  const { announce } = useTexts()
  const announcement = useChat((state) => state.announcement)
  return (
    <p className="sr-only" role="status" aria-live="polite">
      {announcement && announce[announcement]}
    </p>
  )
}
