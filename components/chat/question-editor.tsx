'use client'

import { useEffect, useRef, useState } from 'react'
import type { Message } from '#lib/chat/contract.ts'
import { MAX_QUESTION_CHARS, textOfParts } from '#lib/chat/parts.ts'
import { useStore, useTexts } from './chat-context.ts'
import { isComposing } from './is-composing.ts'

/** A question in a box: what is sent from here becomes a branch of its own, and the old one stays. */
export function QuestionEditor({ message, onAsk }: { message: Message; onAsk: (text: string) => void }) {
  const store = useStore()
  const { question } = useTexts()
  const box = useRef<HTMLTextAreaElement>(null)
  const before = textOfParts(message.parts)
  const [text, setText] = useState(before)
  const hasFiles = message.parts.some(({ type }) => type === 'file')
  const canSend = (text.trim() !== '' || hasFiles) && text.length <= MAX_QUESTION_CHARS
  const close = () => store.edit(null)

  useEffect(() => {
    box.current?.focus()
    box.current?.setSelectionRange(before.length, before.length)
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [before])

  return (
    <form
      className="question-editor"
      onSubmit={(event) => {
        event.preventDefault()
        if (!canSend) return
        close()
        onAsk(text)
      }}
    >
      <textarea
        ref={box}
        className="question-box"
        aria-label={question.box}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return
          if (event.key === 'Enter' && !event.shiftKey) event.currentTarget.form?.requestSubmit()
          else if (event.key === 'Escape') close()
          else return
          // Not for the answer that is being written elsewhere.
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="w-full text-muted text-xs sm:w-auto sm:min-w-0 sm:grow">{question.hint}</p>
        <button type="button" className="button" onClick={close}>
          {question.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={!canSend}>
          {question.ask}
        </button>
      </div>
    </form>
  )
}
