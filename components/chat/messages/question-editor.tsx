'use client'

import { Suspense, useContext, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { type FilePart, filesOfParts, MAX_QUESTION_CHARS, textOfParts } from '#lib/chat/parts.ts'
import { TemporaryContext, useChat, useStore, useTexts } from '../chat-context.ts'
import { loadDraft, saveDraft, whenLeaving } from '../state/drafts.ts'
import { growBox } from '../typing/grow-box.ts'
import { isComposing } from '../typing/is-composing.ts'
import { sends } from '../typing/send-key.ts'

const KeptFiles = lazyPart(async () => (await import('../files/kept-files.tsx')).KeptFiles)

/** A question in a box: what is sent from here becomes a branch of its own, and the old one stays. */
export function QuestionEditor(props: {
  message: Message
  /** Also called where its code cannot be had, and the question has to stand there as it did. */
  onClose: () => void
  onAsk: (text: string, files: readonly FilePart[]) => void
}) {
  const { message, onClose, onAsk } = props
  const store = useStore()
  const { question } = useTexts()
  const sendKey = useChat((state) => state.preferences.sendKey)
  const box = useRef<HTMLTextAreaElement>(null)
  const before = textOfParts(message.parts)
  const { text, setText, forget } = useEditDraft(message.id, before)
  const [files, setFiles] = useState(() => filesOfParts(message.parts))
  const canSend = (text.trim() !== '' || files.length > 0) && text.length <= MAX_QUESTION_CHARS
  const close = () => {
    forget()
    onClose()
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: it grows with the text.
  useLayoutEffect(() => growBox(box.current), [text])
  useEffect(() => {
    const from = document.activeElement
    const question = box.current?.closest('article')
    box.current?.focus({ preventScroll: true })
    box.current?.setSelectionRange(box.current.value.length, box.current.value.length)
    box.current?.form?.scrollIntoView({ block: 'nearest' })
    return () => {
      // Focus that went down with the box goes back where it came from; its own button is a new one by now.
      if (document.activeElement !== document.body) return
      const button = question?.querySelector<HTMLElement>('[data-edit]')
      const place = from instanceof HTMLElement && from !== document.body && from.isConnected ? from : button
      place?.focus({ preventScroll: true })
    }
  }, [])

  return (
    <form
      className="question-editor"
      onSubmit={(event) => {
        event.preventDefault()
        if (!canSend) return
        close()
        onAsk(text, files)
      }}
    >
      {files.length > 0 && (
        <Suspense>
          <KeptFiles
            files={files}
            onDrop={(dropped) => {
              setFiles(files.filter((file) => file !== dropped))
              box.current?.focus()
            }}
          />
        </Suspense>
      )}
      <textarea
        ref={box}
        className="question-box"
        aria-label={question.box}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return
          if (sends(event, sendKey)) event.currentTarget.form?.requestSubmit()
          else if (event.key === 'Escape') close()
          else return
          // Not for the answer that is being written elsewhere.
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="w-full text-muted text-xs sm:w-auto sm:min-w-0 sm:grow">
          {/* What never arrived does not stay. */}
          {!store.isQuestionUnsent(message.id) && question.hint}
        </p>
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

/** The text of the box, which survives that the page is left or loaded anew while one writes, until it is asked or given up. */
function useEditDraft(questionId: string, before: string) {
  const isTemporary = useContext(TemporaryContext)
  const key = `edit:${questionId}`
  const [text, setText] = useState(() => (isTemporary ? '' : loadDraft(key)) || before)
  const latest = useRef(text)
  latest.current = text
  const isOver = useRef(false)
  useEffect(() => {
    if (isTemporary) return
    isOver.current = false
    const keep = () => saveDraft(key, isOver.current || latest.current === before ? '' : latest.current)
    const callOff = whenLeaving(keep)
    return () => {
      keep()
      callOff()
    }
  }, [key, before, isTemporary])
  const forget = () => {
    isOver.current = true
  }
  return { text, setText, forget }
}
