'use client'

import { Archive, ArchiveRestore, Download, PenLine, Pin, PinOff, Trash2 } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { Conversation } from '#lib/chat/contract.ts'
import { MAX_TITLE_CHARS } from '#lib/chat/parts.ts'
import { useStore, useTexts } from './chat-context.ts'
import {
  archiveConversation,
  deleteConversation,
  pinConversation,
  renameConversation,
} from './conversation-actions.ts'
import { isComposing } from './is-composing.ts'

/** What can be done with a conversation. A popover, so that Esc and a touch elsewhere close it by themselves. */
export function ConversationMenu(props: {
  conversation: Conversation
  isOpen: boolean
  anchor: RefObject<HTMLElement | null>
  onRename: () => void
  onClose: () => void
}) {
  const { conversation, anchor } = props
  const store = useStore()
  const { manage } = useTexts()
  const menu = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const element = menu.current
    if (!element || !anchor.current) return
    element.showPopover()
    placeBeside(element, anchor.current)
    element.querySelector('button')?.focus()
  }, [anchor])

  /** The row may be gone with what is done, and the keyboard's place with it. */
  const act = (action: () => void) => {
    const row = anchor.current?.closest('li')
    const next = row?.nextElementSibling ?? row?.previousElementSibling
    menu.current?.hidePopover()
    action()
    requestAnimationFrame(() => !row?.isConnected && next?.querySelector('a')?.focus())
  }
  const isPinned = conversation.pinnedAt !== null
  const isArchived = conversation.archivedAt !== null
  return (
    <div
      ref={menu}
      popover="auto"
      role="menu"
      tabIndex={-1}
      className="menu"
      onToggle={(event) => event.newState === 'closed' && props.onClose()}
      onKeyDown={moveFocus}
    >
      <Item icon={<PenLine size={15} aria-hidden />} onChoose={() => act(props.onRename)}>
        {manage.rename}
      </Item>
      {!isArchived && (
        <Item
          icon={isPinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
          onChoose={() => act(() => void pinConversation(store, conversation, !isPinned))}
        >
          {isPinned ? manage.unpin : manage.pin}
        </Item>
      )}
      <Item
        icon={isArchived ? <ArchiveRestore size={15} aria-hidden /> : <Archive size={15} aria-hidden />}
        onChoose={() => act(() => void archiveConversation(store, conversation, !isArchived))}
      >
        {isArchived ? manage.restore : manage.archive}
      </Item>
      <Item
        icon={<Download size={15} aria-hidden />}
        onChoose={() => act(() => downloadConversation(conversation.id))}
      >
        {manage.export}
      </Item>
      <Item
        icon={<Trash2 size={15} aria-hidden />}
        isDangerous
        onChoose={() => act(() => void deleteConversation(store, conversation, props.isOpen))}
      >
        {manage.delete}
      </Item>
    </div>
  )
}

/** One conversation is sent at once, so the browser's own download will do. */
function downloadConversation(id: string): void {
  const link = document.createElement('a')
  link.href = `/api/export?format=markdown&conversation=${id}`
  link.download = ''
  link.click()
}

function Item(props: { icon: ReactNode; isDangerous?: boolean; onChoose: () => void; children: string }) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={`menu-item ${props.isDangerous ? 'text-danger' : ''}`}
      onClick={props.onChoose}
    >
      {props.icon}
      {props.children}
    </button>
  )
}

const GAP_PX = 4

/** Below its button, or above where there is no room; never beyond the window. */
function placeBeside(element: HTMLElement, anchor: HTMLElement): void {
  const button = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = element
  const below = button.bottom + GAP_PX
  const top = below + height > window.innerHeight ? Math.max(GAP_PX, button.top - GAP_PX - height) : below
  const left = Math.max(GAP_PX, Math.min(button.right - width, window.innerWidth - width - GAP_PX))
  Object.assign(element.style, { top: `${top}px`, left: `${left}px` })
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const at = items.findIndex((item) => item.matches(':focus'))
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key]
  if (event.key === 'Tab') event.currentTarget.hidePopover()
  if (to === undefined) return
  event.preventDefault()
  items.at(to % items.length)?.focus()
}

/** The title, to be written anew in its place. Leaving it keeps what was written; Esc does not. */
export function RenameBox({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const store = useStore()
  const { manage } = useTexts()
  const box = useRef<HTMLInputElement>(null)
  const isSettled = useRef(false)
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])

  const settle = (keeps: boolean) => {
    if (isSettled.current) return
    isSettled.current = true
    const title = box.current?.value.trim() ?? ''
    const row = box.current?.closest('li')
    onDone()
    if (keeps && title !== '' && title !== conversation.title)
      void renameConversation(store, conversation, title)
    return row
  }
  return (
    <input
      ref={box}
      className="rename-box"
      aria-label={manage.title}
      defaultValue={conversation.title}
      maxLength={MAX_TITLE_CHARS}
      enterKeyHint="done"
      onBlur={() => settle(true)}
      onKeyDown={(event) => {
        if (isComposing(event) || (event.key !== 'Enter' && event.key !== 'Escape')) return
        // Not for the drawer, and not for the answer that is being written.
        event.preventDefault()
        event.stopPropagation()
        const row = settle(event.key === 'Enter')
        requestAnimationFrame(() => row?.querySelector('a')?.focus())
      }}
    />
  )
}
