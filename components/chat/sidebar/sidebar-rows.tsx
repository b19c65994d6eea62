'use client'

import { Ellipsis } from 'lucide-react'
import { memo, Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { dragConversation } from '../folders/dragged-conversation.ts'
import { isPlainClick, openConversation, pathOf, shownConversationId } from '../navigation.ts'
import { selectThrough, toggleSelected } from '../selection/select-conversations.ts'
import { SelectableRow, shownIdsAround } from '../selection/selectable-row.tsx'
import { runningAnswer } from '../state/chat-state.ts'
import { useLongPress } from './use-long-press.ts'

const MoveMenu = lazyPart(async () => (await import('../folders/folder-manage.tsx')).MoveMenu)

let managing: typeof import('./sidebar-manage.tsx') | undefined

/** Fetches what managing needs, as soon as somebody comes near it. */
async function loadManaging(): Promise<void> {
  managing ??= await import('./sidebar-manage.tsx')
}
const wantManaging = () => void loadManaging().catch(() => undefined)

/** Conversations, each a link with a menu: by its button, a right-click key, a long press; F2 renames, Ctrl/⌘ and Shift select. */
export function Rows(props: {
  conversations: readonly Conversation[]
  conversationId: string | null
  onChosen?: () => void
}) {
  return (
    <ul>
      {props.conversations.map((conversation) => (
        <ConversationRow
          key={conversation.id}
          conversation={conversation}
          isOpen={conversation.id === props.conversationId}
          onChosen={props.onChosen}
        />
      ))}
    </ul>
  )
}

interface RowProps {
  conversation: Conversation
  isOpen: boolean
  onChosen?: () => void
}

/** Rendered only for its own sake: the list is long, and changes with every question. */
const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { conversation, isOpen } = props
  const { id, title } = conversation
  const store = useStore()
  const { manage } = useTexts()
  const isRunning = useChat((state) => runningAnswer(state.views[id]) !== undefined)
  /** Null while nothing is being selected. */
  const isSelected = useChat((state) => state.selectedIds?.has(id) ?? null)
  const [mode, setMode] = useState<'link' | 'menu' | 'rename' | 'move'>('link')
  const more = useRef<HTMLButtonElement>(null)
  const enter = (next: 'menu' | 'rename') =>
    void loadManaging().then(
      () => setMode(next),
      () => store.update((state) => ({ ...state, notice: { kind: 'notSaved' } })),
    )
  const heldBy = useRef<number>(undefined)
  const longPress = useLongPress((pointerId) => {
    heldBy.current = pointerId
    enter('menu')
  })

  const link = (
    <a
      href={pathOf(id)}
      className="conversation-link"
      aria-current={isOpen ? 'page' : undefined}
      title={title}
      {...longPress.handlers}
      onDragStart={(event) => dragConversation(event, id)}
      onKeyDown={(event) => event.key === 'F2' && enter('rename')}
      onClick={(event) => {
        if (longPress.takeClick()) event.preventDefault()
        else if (isPlainClick(event)) {
          event.preventDefault()
          openConversation(id)
          props.onChosen?.()
        } else if (event.shiftKey) {
          event.preventDefault()
          selectThrough(store, id, shownConversationId(), shownIdsAround(event))
        } else if (event.ctrlKey || event.metaKey) {
          event.preventDefault()
          toggleSelected(store, id)
        }
      }}
    >
      <span className="truncate">{title}</span>
      {isRunning && <span className="running-dot" aria-hidden="true" />}
    </a>
  )
  if (isSelected !== null) {
    // The menu from which one came here is gone before it could say that it closed; it must not be back at the end.
    if (mode !== 'link') setMode('link')
    return (
      <li data-conversation-id={id}>
        <SelectableRow conversation={conversation} isSelected={isSelected} />
      </li>
    )
  }
  if (managing && mode === 'rename') {
    return (
      <li data-row>
        <managing.RenameBox conversation={conversation} onDone={() => setMode('link')} />
      </li>
    )
  }
  return (
    <li
      className="conversation-row"
      data-row
      data-conversation-id={id}
      data-menu={mode === 'menu' || mode === 'move' || undefined}
    >
      {link}
      <button
        ref={more}
        type="button"
        className="row-more"
        aria-label={fill(manage.menu, { title })}
        aria-haspopup="menu"
        aria-expanded={mode === 'menu'}
        onPointerEnter={wantManaging}
        onFocus={wantManaging}
        onClick={() => {
          heldBy.current = undefined
          enter('menu')
        }}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
      {managing && mode === 'menu' && (
        <managing.ConversationMenu
          conversation={conversation}
          isOpen={isOpen}
          anchor={more}
          heldBy={heldBy.current}
          onRename={() => setMode('rename')}
          onMove={() => setMode('move')}
          onClose={() => setMode((was) => (was === 'menu' ? 'link' : was))}
        />
      )}
      {mode === 'move' && (
        <Suspense>
          <MoveMenu conversations={[conversation]} anchor={more} onClose={() => setMode('link')} />
        </Suspense>
      )}
    </li>
  )
})
