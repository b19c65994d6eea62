'use client'

import {
  Archive,
  ArchiveRestore,
  Download,
  FolderInput,
  PenLine,
  Pin,
  PinOff,
  SquareCheck,
  Trash2,
} from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import { MAX_TITLE_CHARS } from '#lib/chat/parts.ts'
import { selectionTexts } from '#lib/i18n/rooms/selection.ts'
import { useReading, useStore, useTexts } from '../chat-context.ts'
import { downloadConversation } from '../data/download-conversation.ts'
import { toggleSelected } from '../selection/select-conversations.ts'
import {
  archiveConversation,
  deleteConversation,
  pinConversation,
  renameConversation,
} from '../state/conversation-actions.ts'
import { NameBox } from '../typing/name-box.tsx'

/** What can be done with a conversation. */
export function ConversationMenu(props: {
  conversation: Conversation
  isOpen: boolean
  anchor: RefObject<HTMLElement | null>
  /** The pointer of a finger whose long press opened it. */
  heldBy: number | undefined
  onRename: () => void
  /** Shows the folders in this menu's place. */
  onMove: () => void
  onClose: () => void
}) {
  const { conversation, anchor } = props
  const store = useStore()
  const { locale, texts } = useReading()
  const { manage } = texts

  /** The row may move or be gone with what is done, and the keyboard's place with it. */
  const act = (action: () => void) => {
    const row = anchor.current?.closest('li')
    const list = row?.closest('nav')
    const next = row?.nextElementSibling ?? row?.previousElementSibling
    action()
    requestAnimationFrame(() => {
      if (row?.isConnected) return row.querySelector<HTMLElement>('[role=checkbox]')?.focus()
      const moved = list?.querySelector<HTMLElement>(`[data-conversation-id="${conversation.id}"] a`)
      const place = moved ?? next?.querySelector('a') ?? list?.querySelector<HTMLElement>('a, button')
      place?.focus()
    })
  }
  const isPinned = conversation.pinnedAt !== null
  const isArchived = conversation.archivedAt !== null
  return (
    <Menu anchor={anchor} heldBy={props.heldBy} onClose={props.onClose}>
      <MenuItem icon={<PenLine size={15} aria-hidden />} onChoose={() => act(props.onRename)}>
        {manage.rename}
      </MenuItem>
      {!isArchived && (
        <MenuItem
          icon={isPinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
          onChoose={() => act(() => void pinConversation(store, conversation, !isPinned))}
        >
          {isPinned ? manage.unpin : manage.pin}
        </MenuItem>
      )}
      <MenuItem
        icon={<SquareCheck size={15} aria-hidden />}
        onChoose={() => act(() => toggleSelected(store, conversation.id))}
      >
        {selectionTexts[locale].select}
      </MenuItem>
      <MenuItem icon={<FolderInput size={15} aria-hidden />} onChoose={() => act(props.onMove)}>
        {manage.move}
      </MenuItem>
      <MenuItem
        icon={isArchived ? <ArchiveRestore size={15} aria-hidden /> : <Archive size={15} aria-hidden />}
        onChoose={() => act(() => void archiveConversation(store, conversation, !isArchived))}
      >
        {isArchived ? manage.restore : manage.archive}
      </MenuItem>
      <MenuItem
        icon={<Download size={15} aria-hidden />}
        onChoose={() => act(() => downloadConversation(conversation.id))}
      >
        {manage.export}
      </MenuItem>
      <MenuItem
        icon={<Trash2 size={15} aria-hidden />}
        isDangerous
        onChoose={() => act(() => void deleteConversation(store, conversation, props.isOpen))}
      >
        {manage.delete}
      </MenuItem>
    </Menu>
  )
}

/** The title, to be written anew in its place. */
export function RenameBox({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const store = useStore()
  const { manage } = useTexts()
  return (
    <NameBox
      label={manage.title}
      name={conversation.title}
      maxLength={MAX_TITLE_CHARS}
      onDone={(title) => {
        onDone()
        if (title !== null) void renameConversation(store, conversation, title)
      }}
    />
  )
}
