'use client'

import { Check } from 'lucide-react'
import type { MouseEvent } from 'react'
import type { Conversation } from '#lib/chat/contract.ts'
import { useStore } from '../chat-context.ts'
import { shownConversationId } from '../navigation.ts'
import { selectThrough, toggleSelected } from './select-conversations.ts'

/** A conversation while some are being selected: a box to tick, by Space, a click, or with Shift all up to here. */
export function SelectableRow(props: { conversation: Conversation; isSelected: boolean }) {
  const { id, title } = props.conversation
  const store = useStore()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a click with Shift on a real box's label ticks nothing in some browsers.
    <button
      type="button"
      role="checkbox"
      aria-checked={props.isSelected}
      className="conversation-link selectable"
      title={title}
      onClick={(event) => {
        if (event.shiftKey) selectThrough(store, id, shownConversationId(), shownIdsAround(event))
        else toggleSelected(store, id)
      }}
    >
      <span className="select-box" aria-hidden="true">
        <Check size={12} strokeWidth={3} />
      </span>
      <span className="truncate">{title}</span>
    </button>
  )
}

/** The conversations of the list in which somebody clicked, as they are shown. */
export function shownIdsAround(event: MouseEvent): string[] {
  const rows = event.currentTarget
    .closest('.sidebar-list')
    ?.querySelectorAll<HTMLElement>('[data-conversation-id]')
  return [...(rows ?? [])].flatMap(({ dataset }) => dataset.conversationId ?? [])
}
