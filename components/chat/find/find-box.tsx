'use client'

import { ChevronDown, ChevronUp, Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useReading } from '../chat-context.ts'
import { isComposing } from '../typing/is-composing.ts'
import { useTypedAhead } from '../typing/typed-ahead.ts'
import './find-box.css'
import { FIND_BOX } from './open-find.ts'
import { useFind } from './use-find.ts'

/** What was looked for last, as browsers keep it. */
let lastQuery = ''

/** Searches the conversation on the page, beside it: one goes on reading and scrolling. */
export function FindBox({ onClose }: { onClose: () => void }) {
  const { locale } = useReading()
  const words = contentsTexts[locale]
  const box = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState(() => selectedWords() || lastQuery)
  const begun = useRef(0)
  useTypedAhead((text) => {
    begun.current = text.length
    lastQuery = text
    setQuery(text)
  })
  const { count, at, go } = useFind(query)
  const returnTo = useRef<Element | null>(null)
  useEffect(() => {
    returnTo.current = document.activeElement
    box.current?.focus()
    // Written over by the next letter, unless it has been typed just now.
    box.current?.setSelectionRange(begun.current, box.current.value.length)
    return () => {
      // Focus that went down with the box goes back where it came from.
      if (document.activeElement === document.body && returnTo.current instanceof HTMLElement)
        returnTo.current.focus({ preventScroll: true })
    }
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
    else return
    event.preventDefault()
  }
  const number = new Intl.NumberFormat(locale)
  const place = fill(words.place, { index: number.format(at + 1), count: number.format(count) })
  return (
    <search className="find glass" aria-label={words.find} onKeyDown={onKeyDown}>
      <Search size={16} aria-hidden className="find-sign" />
      <input
        ref={box}
        id={FIND_BOX}
        type="text"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={words.find}
        placeholder={words.findPlaceholder}
        value={query}
        onChange={(event) => {
          lastQuery = event.target.value
          setQuery(lastQuery)
        }}
      />
      <p role="status" data-none={(query.trim() !== '' && count === 0) || undefined}>
        {query.trim() !== '' && (count > 0 ? place : words.nothing)}
      </p>
      <IconButton label={words.previous} disabled={count === 0} onClick={() => go(-1)}>
        <ChevronUp size={18} aria-hidden />
      </IconButton>
      <IconButton label={words.next} disabled={count === 0} onClick={() => go(1)}>
        <ChevronDown size={18} aria-hidden />
      </IconButton>
      <IconButton label={words.close} onClick={onClose}>
        <X size={18} aria-hidden />
      </IconButton>
    </search>
  )
}

/** A short selection in one line is most likely what is meant. */
function selectedWords(): string {
  const text = document.getSelection()?.toString().trim() ?? ''
  return text.length <= 80 && !text.includes('\n') ? text : ''
}
