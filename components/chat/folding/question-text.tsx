'use client'

import { ChevronDown } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTexts } from '../chat-context.ts'
import { useLinkedMessageId } from '../navigation.ts'
import { type Fold, foldOf } from './fold-of.ts'
import './folding.css'

interface QuestionTextProps {
  text: string
  /** Where a link can lead to it. */
  messageId?: string
  /** Called before it changes its height by a reader's hand: the page is not to follow its end for that. */
  onToggle?: () => void
}

/** The text of a question; of a long one the beginning, and a button for the rest. */
export function QuestionText(props: QuestionTextProps) {
  const { text } = props
  const fold = useMemo(() => foldOf(text), [text])
  if (text === '') return null
  return fold === null ? <div className="bubble">{text}</div> : <FoldedText {...props} fold={fold} />
}

/**
 * All of it is on the page, for who searches, selects or copies; a link to its message opens it, and so does whatever scrolls in it:
 * the browser's own search, or {@link unfoldAt}.
 */
function FoldedText({ text, messageId, fold, onToggle }: QuestionTextProps & { fold: NonNullable<Fold> }) {
  const { question } = useTexts()
  const isLinked = useLinkedMessageId() === messageId
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isOpen = chosen ?? isLinked
  const button = useRef<HTMLButtonElement>(null)
  const toggle = () => {
    const top = button.current?.getBoundingClientRect().top ?? 0
    onToggle?.()
    flushSync(() => setChosen(!isOpen))
    // What was open ends where it ended before: its end is what one was reading.
    const pane = button.current?.closest('.pane') ?? document.scrollingElement
    if (pane && isOpen) pane.scrollTop += (button.current?.getBoundingClientRect().top ?? top) - top
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
