'use client'

import { ChevronDown } from 'lucide-react'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTexts } from '../chat-context.ts'
import { useLinkedMessageId } from '../navigation.ts'
import type { Fold } from './fold-of.ts'
import './folding.css'

export interface FoldedTextProps {
  text: string
  messageId: string
  fold: NonNullable<Fold>
  /** Called before it changes its height by a reader's hand: the page is not to follow its end for that. */
  onToggle: () => void
}

/**
 * The text of a long question, of which the beginning is shown. All of it is on the page, for who searches, selects or copies; a link to its
 * message opens it, and so does whatever scrolls in it: the browser's own search, or {@link unfoldAt}.
 */
export function FoldedText({ text, messageId, fold, onToggle }: FoldedTextProps) {
  const { question } = useTexts()
  const isLinked = useLinkedMessageId() === messageId
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isOpen = chosen ?? isLinked
  const button = useRef<HTMLButtonElement>(null)
  const toggle = () => {
    const top = button.current?.getBoundingClientRect().top ?? 0
    onToggle()
    flushSync(() => setChosen(!isOpen))
    // What was open ends where it ended before: its end is what one was reading.
    const pane = isOpen ? button.current?.closest('.pane') : null
    if (pane) pane.scrollTop += (button.current?.getBoundingClientRect().top ?? top) - top
  }
  return (
    <>
      <div
        className="bubble"
        data-fold={fold}
        data-folded={isOpen ? undefined : ''}
        onScroll={(event) => {
          event.currentTarget.scrollTop = 0
          setChosen(true)
        }}
      >
        {text}
      </div>
      <div className="unfold" data-fold={fold} data-control>
        <button ref={button} type="button" className="quiet-link" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? question.less : question.more}
          <ChevronDown size={16} aria-hidden />
        </button>
      </div>
    </>
  )
}
