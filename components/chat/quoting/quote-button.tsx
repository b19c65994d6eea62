'use client'

import { TextQuote } from 'lucide-react'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useTexts } from '../chat-context.ts'
import { copiedOf } from './copied-of.ts'
import { quoteOf } from './quote-of.ts'
import './quote-button.css'

const GAP_PX = 8

interface QuoteButtonProps {
  range: Range
  scroller: RefObject<HTMLElement | null>
  onQuote: (quote: string) => void
}

/** Beside what is selected: takes it over into the composer. `Ctrl/⌘ Shift .` does the same. */
export function QuoteButton({ range, scroller, onQuote }: QuoteButtonProps) {
  const { conversation } = useTexts()
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const pane = scroller.current
    const place = () => button.current && pane && placeBelow(button.current, range, pane)
    place()
    pane?.addEventListener('scroll', place, { passive: true })
    window.addEventListener('resize', place)
    return () => {
      pane?.removeEventListener('scroll', place)
      window.removeEventListener('resize', place)
    }
  }, [range, scroller])

  const quote = useRef(() => {})
  quote.current = () => {
    const text = quoteOf(range)
    document.getSelection()?.removeAllRanges()
    if (text !== '') onQuote(text)
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.code !== 'Period') return
      event.preventDefault()
      quote.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    // What the browser would copy has the page's colours in it, and each formula three times.
    const onCopy = (event: ClipboardEvent) => {
      if (!event.clipboardData || document.getSelection()?.isCollapsed) return
      const { text, html } = copiedOf(range)
      event.clipboardData.setData('text/plain', text)
      if (html !== undefined) event.clipboardData.setData('text/html', html)
      event.preventDefault()
    }
    document.addEventListener('copy', onCopy)
    return () => document.removeEventListener('copy', onCopy)
  }, [range])
  return (
    <button
      ref={button}
      type="button"
      className="quote-button glass"
      aria-keyshortcuts="Control+Shift+Period Meta+Shift+Period"
      // A press would take the selection away before the click comes.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => quote.current()}
    >
      <TextQuote size={16} aria-hidden />
      {conversation.quote}
    </button>
  )
}

/** Below the end of the selection, where a phone does not put its own menu; within the pane. */
function placeBelow(button: HTMLElement, range: Range, pane: HTMLElement): void {
  const last = [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect()
  const area = pane.getBoundingClientRect()
  const left = Math.min(
    Math.max(area.left + GAP_PX, last.right - button.offsetWidth),
    area.right - button.offsetWidth - GAP_PX,
  )
  const top = Math.min(last.bottom + GAP_PX, area.bottom - button.offsetHeight - GAP_PX)
  Object.assign(button.style, { left: `${left}px`, top: `${top}px` })
  button.toggleAttribute('data-away', last.bottom < area.top || last.top > area.bottom)
}
