'use client'

import { Suspense, useEffect, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { type FilePart, filesOfParts, MAX_QUESTION_CHARS, textOfParts } from '#lib/chat/parts.ts'
import { useStore, useTexts } from '../chat-context.ts'
import { EditBox } from '../typing/edit-box.tsx'
import { useEditDraft } from '../typing/use-edit-draft.ts'

const KeptFiles = lazyPart(async () => (await import('../files/kept-files.tsx')).KeptFiles)

/** A question in a box: what is sent from here becomes a branch of its own, and the old one stays. */
export function QuestionEditor(props: {
  message: Message
  /** Also called where its code cannot be had, and the question has to stand there as it did. */
  onClose: () => void
  onAsk: (text: string, files: readonly FilePart[]) => void | Promise<void>
}) {
  const { message, onClose, onAsk } = props
  const store = useStore()
  const { question } = useTexts()
  const form = useRef<HTMLFormElement>(null)
  const [from] = useState(() => document.activeElement)
  const before = textOfParts(message.parts)
  const returned = store.getState().editing?.returned
  const { text, setText, forget } = useEditDraft(message.id, before, returned?.text)
  const [files, setFiles] = useState(() => returned?.files ?? filesOfParts(message.parts))
  const canSend = (text.trim() !== '' || files.length > 0) && text.length <= MAX_QUESTION_CHARS
  const close = () => {
    forget()
    onClose()
  }

  useEffect(() => {
    const question = form.current?.closest('article')
    return () => {
      // Focus that went down with the box goes back where it came from; its own button is a new one by now.
      if (document.activeElement !== document.body) return
      const button = question?.querySelector<HTMLElement>('[data-edit]')
      const place = from instanceof HTMLElement && from !== document.body && from.isConnected ? from : button
      place?.focus({ preventScroll: true })
    }
  }, [from])

  return (
    <form
      ref={form}
      className="question-editor"
      onSubmit={async (event) => {
        event.preventDefault()
        if (!canSend) return
        onClose()
        // What is being written is stopped before, which may take its time: until then it is a draft.
        await onAsk(text, files)
        forget()
      }}
    >
      {files.length > 0 && (
        <Suspense>
          <KeptFiles
            files={files}
            onDrop={(dropped) => {
              setFiles(files.filter((file) => file !== dropped))
              form.current?.querySelector('textarea')?.focus()
            }}
          />
        </Suspense>
      )}
      <EditBox className="question-box" label={question.box} text={text} onText={setText} onCancel={close} />
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
