'use client'

import { PanelLeft, SquarePen } from 'lucide-react'
import { memo } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import type { Locale } from '#lib/i18n/locale.ts'
import { useSite, useTexts } from '../chat-context.ts'
import { isPlainClick } from '../navigation.ts'
import { useCommandKey } from '../palette/command-key.ts'
import { SidebarFoot } from './sidebar-foot.tsx'
import { ConversationList } from './sidebar-list.tsx'
import { SidebarSearch } from './sidebar-search.tsx'

export interface SidebarProps {
  conversationId: string | null
  /** The server's clock when it made the page, so that both sides group alike. */
  now: number
  onClose: () => void
  onNewChat: () => void
  /** Begins a conversation in a folder. */
  onNewChatIn: (folderId: string) => void
  /** A conversation was chosen; the drawer closes. */
  onChosen?: () => void
  onLanguage: (locale: Locale) => void
}

/** Everything beside the conversation: the same in the column of a wide screen and in the drawer of a phone. */
export const Sidebar = memo(function Sidebar(props: SidebarProps) {
  const { name } = useSite()
  const { sidebar } = useTexts()
  return (
    <>
      <div className="flex items-center gap-2 px-3 pt-3">
        <a
          href="/"
          className="flex min-w-0 pointer-coarse:min-h-11 grow items-center gap-2 rounded-lg px-1.5 py-1 font-semibold"
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
      <div className="px-3 pt-3">
        <NewChatButton onNewChat={props.onNewChat} />
      </div>
      <SidebarSearch onChosen={props.onChosen}>
        <ConversationList
          conversationId={props.conversationId}
          now={props.now}
          onChosen={props.onChosen}
          onNewChatIn={props.onNewChatIn}
        />
      </SidebarSearch>
      <SidebarFoot onLanguage={props.onLanguage} onLeave={props.onChosen} />
    </>
  )
})

function NewChatButton({ onNewChat }: Pick<SidebarProps, 'onNewChat'>) {
  const { sidebar } = useTexts()
  const command = useCommandKey()
  return (
    <button
      type="button"
      className="button w-full"
      title={command && `${command} ⇧ O`}
      aria-keyshortcuts="Control+Shift+O Meta+Shift+O"
      onClick={onNewChat}
    >
      <SquarePen size={16} aria-hidden />
      {sidebar.newChat}
    </button>
  )
}
