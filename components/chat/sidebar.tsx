'use client'

import { PanelLeft, SquarePen } from 'lucide-react'
import { useMemo, useSyncExternalStore } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import { useChat, useSite, useTexts } from './chat-context.ts'
import { runningAnswer } from './chat-state.ts'
import { groupByDay } from './group-by-day.ts'
import { isPlainClick, openConversation, pathOf } from './navigation.ts'
import { SidebarFoot } from './sidebar-foot.tsx'

export interface SidebarProps {
  conversationId: string | null
  /** The server's clock when it made the page, so that both sides group alike. */
  now: number
  onClose: () => void
  onNewChat: () => void
  /** A conversation was chosen; the drawer closes. */
  onChosen?: () => void
  /** Keeps the draft before the page is loaded anew in another language. */
  onLanguage: () => void
}

/** Everything beside the conversation: the same in the column of a wide screen and in the drawer of a phone. */
export function Sidebar(props: SidebarProps) {
  const { name } = useSite()
  const { sidebar } = useTexts()
  return (
    <>
      <div className="flex items-center gap-2 px-3 pt-3">
        <a
          href="/"
          className="flex min-w-0 grow items-center gap-2 rounded-lg px-1.5 py-1 font-semibold"
          onClick={(event) => {
            if (!isPlainClick(event)) return
            event.preventDefault()
            props.onNewChat()
          }}
        >
          <Mark size={24} className="flex-none" />
          <span className="truncate">{name}</span>
        </a>
        <button
          type="button"
          className="icon-button"
          aria-label={sidebar.close}
          title={sidebar.close}
          onClick={props.onClose}
        >
          <PanelLeft size={18} aria-hidden />
        </button>
      </div>
      <div className="px-3 pt-3 pb-2">
        <button
          type="button"
          className="button w-full"
          title="Ctrl/⌘ Shift O"
          aria-keyshortcuts="Control+Shift+O Meta+Shift+O"
          onClick={props.onNewChat}
        >
          <SquarePen size={16} aria-hidden />
          {sidebar.newChat}
        </button>
      </div>
      <ConversationList {...props} />
      <SidebarFoot onLanguage={props.onLanguage} />
    </>
  )
}

function ConversationList({ conversationId, now, onChosen }: SidebarProps) {
  const { locale } = useSite()
  const { sidebar } = useTexts()
  const conversations = useChat((state) => state.conversations)
  const timeZone = useTimeZone()
  const groups = useMemo(
    () => groupByDay(conversations, now, timeZone, locale),
    [conversations, now, timeZone, locale],
  )
  return (
    <nav aria-label={sidebar.label} className="min-h-0 grow overflow-y-auto px-3 pb-4">
      {groups.length === 0 && <p className="px-3 py-4 text-muted text-sm">{sidebar.empty}</p>}
      {groups.map(({ label, conversations: ofDay }) => (
        <section key={label} aria-label={label}>
          <h2 className="px-3 pt-4 pb-1 font-medium text-muted text-xs">{label}</h2>
          <ul>
            {ofDay.map((conversation) => (
              <ConversationLink
                key={conversation.id}
                conversation={conversation}
                isOpen={conversation.id === conversationId}
                onChosen={onChosen}
              />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

function ConversationLink(props: { conversation: Conversation; isOpen: boolean; onChosen?: () => void }) {
  const { id, title } = props.conversation
  const isRunning = useChat((state) => runningAnswer(state.views[id]) !== undefined)
  return (
    <li>
      <a
        href={pathOf(id)}
        className="conversation-link"
        aria-current={props.isOpen ? 'page' : undefined}
        title={title}
        onClick={(event) => {
          if (!isPlainClick(event)) return
          event.preventDefault()
          openConversation(id)
          props.onChosen?.()
        }}
      >
        <span className="truncate">{title}</span>
        {isRunning && <span className="running-dot" aria-hidden="true" />}
      </a>
    </li>
  )
}

const noChange = () => () => undefined

/** The reader's time zone; UTC in the server's page, which does not know it, and until the page's script runs. */
function useTimeZone(): string {
  return useSyncExternalStore(
    noChange,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  )
}
