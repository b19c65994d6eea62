'use client'

import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { Trigger } from './trigger.ts'
import './suggestions.css'

/** What stays on top of everything, and a gap. */
const HEADER_PX = 64

/** Takes a key that was pressed in the box; false when it means nothing here. */
export type SuggestionKeys = (event: KeyboardEvent) => boolean

export interface SuggestionsProps {
  box: RefObject<HTMLTextAreaElement | null>
  trigger: Trigger
  keys: RefObject<SuggestionKeys | null>
  onClose: () => void
}

export interface SuggestionRow {
  id: string
  isSelected: boolean
  isActive: boolean
  onPoint: () => void
  onChoose: () => void
}

interface SuggestionListProps extends SuggestionsProps {
  label: string
  count: number
  onChoose: (index: number) => void
  row: (index: number, row: SuggestionRow) => ReactNode
}

/**
 * What can be put in place of the letters that ask for it, over the box in which they stand. The box keeps the keyboard;
 * to a screen reader it is a field with a list.
 */
export function SuggestionList({
  box,
  trigger,
  keys,
  onClose,
  label,
  count,
  onChoose,
  row,
}: SuggestionListProps) {
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState({ query: trigger.query, index: 0 })
  const at = active.query === trigger.query ? Math.min(active.index, count - 1) : 0
  const idOf = (index: number) => `${listId}-${index}`
  const point = (index: number) => setActive({ query: trigger.query, index })

  useLayoutEffect(() => {
    const top = list.current?.parentElement?.getBoundingClientRect().top ?? 0
    list.current?.style.setProperty('--room', `${top - HEADER_PX}px`)
  })
  const choose = (index: number) => {
    // The letters go before what was chosen comes, so that it stands where they stood.
    box.current?.setRangeText('', trigger.from, trigger.caret, 'end')
    box.current?.dispatchEvent(new Event('input', { bubbles: true }))
    onClose()
    onChoose(index)
  }
  useImperativeHandle(keys, () => (event) => {
    if (count === 0 || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false
    if (event.key === 'ArrowDown') point((at + 1) % count)
    else if (event.key === 'ArrowUp') point((at - 1 + count) % count)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(at)
    else if (event.key === 'Escape') onClose()
    else return false
    return true
  })
  useEffect(() => {
    const element = box.current
    if (!element || count === 0) return
    const attributes = {
      'aria-autocomplete': 'list',
      'aria-controls': listId,
      'aria-activedescendant': `${listId}-${at}`,
    }
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
    return () => {
      for (const name of Object.keys(attributes)) element.removeAttribute(name)
    }
  }, [box, listId, at, count])

  if (count === 0) return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press here must not take the keyboard from the box.
    <div ref={list} className="suggestions" onMouseDown={(event) => event.preventDefault()}>
      <p className="suggestions-title" aria-hidden="true">
        {label}
      </p>
      {/* A place of the keyboard, as what scrolls has to be; Tab in the box chooses and does not come here. */}
      <div id={listId} role="listbox" aria-label={label} tabIndex={0} className="suggestions-list">
        {Array.from({ length: count }, (_, index) =>
          row(index, {
            id: idOf(index),
            isSelected: index === at,
            isActive: index === at,
            onPoint: () => point(index),
            onChoose: () => choose(index),
          }),
        )}
      </div>
    </div>
  )
}
