'use client'

import { Clock, Paperclip, Pencil, X } from 'lucide-react'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { MAX_QUESTION_CHARS } from '#lib/chat/parts.ts'
import { queueTexts } from '#lib/i18n/rooms/queue.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useSite, useStore } from '../chat-context.ts'
import type { WaitingQuestion } from '../state/chat-state.ts'
import { EditBox } from '../typing/edit-box.tsx'
import { useEditDraft } from '../typing/use-edit-draft.ts'
import { changeWaiting, type Outcome, removeWaiting } from './queue-actions.ts'
import './queue.css'

export interface QueueListProps {
  conversationId: string
  queue: readonly WaitingQuestion[]
  /** Takes a text that can no longer be changed in its place. */
  onReturn(text: string): void
}

/** The questions that wait, above the composer: what they wait for, and what one can do about it. */
export function QueueList({ conversationId, queue, onReturn }: QueueListProps) {
  const words = queueTexts[useSite().locale]
  const list = useRef<HTMLOListElement>(null)
  useQueueHeight(list)
  return (
    <ol ref={list} className="queue glass" aria-label={words.label}>
      {queue.map((question, index) => (
        <Waiting
          key={question.id}
          conversationId={conversationId}
          question={question}
          isNext={index === 0}
          onReturn={onReturn}
        />
      ))}
    </ol>
  )
}

/** Tells the style sheet how high the list is with its margin: the room below a fresh question would push that under the bar by as much. */
function useQueueHeight(list: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = list.current
    const pane = element?.closest<HTMLElement>('.pane')
    if (!element || !pane) return
    const tell = () => pane.style.setProperty('--queue-height', `calc(${element.offsetHeight}px + 0.5rem)`)
    tell()
    const observer = new ResizeObserver(tell)
    observer.observe(element)
    return () => {
      observer.disconnect()
      pane.style.removeProperty('--queue-height')
    }
  }, [list])
}

interface WaitingProps {
  conversationId: string
  question: WaitingQuestion
  isNext: boolean
  onReturn(text: string): void
}

function Waiting({ conversationId, question, isNext, onReturn }: WaitingProps) {
  const store = useStore()
  const words = queueTexts[useSite().locale]
  const [isEditing, setEditing] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>('done')
  const { text, files, held, isSending } = question
  const change = async (to: Parameters<typeof changeWaiting>[3]) => {
    const became = await changeWaiting(store, conversationId, question, to)
    setOutcome(became)
    return became
  }
  const save = async (edited: string) => {
    const became = await change({ isHeld: false, text: edited })
    if (became === 'gone') onReturn(edited)
    if (became !== 'failed') setEditing(false)
    return became !== 'failed'
  }

  if (isEditing) {
    return (
      <li className="queue-item">
        <Editor
          questionId={question.id}
          text={text}
          mayBeEmpty={files.length > 0}
          onSave={save}
          onCancel={() => {
            setEditing(false)
            void change({ isHeld: false })
          }}
        />
        {outcome === 'failed' && <p role="alert">{words.failed}</p>}
      </li>
    )
  }
  const state = isSending ? words.sending : isNext ? words.next : words.later
  return (
    <li className="queue-item" data-sending={isSending || undefined}>
      <div className="queue-row">
        <Clock size={16} aria-hidden className="queue-sign" />
        <div className="min-w-0 grow">
          <p className="queue-text">{text}</p>
          {files.length > 0 && (
            <p className="queue-files">
              <Paperclip size={12} aria-hidden /> {files.map(({ name }) => name).join(', ')}
            </p>
          )}
          {held ? (
            <p className="queue-held" role="status">
              {words.held[held.reason]} {held.detail && <span lang="en">{held.detail}</span>}
            </p>
          ) : (
            <p className="queue-state">{state}</p>
          )}
        </div>
        {!isSending && (
          <>
            <IconButton
              label={words.edit}
              onClick={async () => setEditing((await change({ isHeld: true })) === 'done')}
            >
              <Pencil size={16} aria-hidden />
            </IconButton>
            <IconButton
              label={words.remove}
              onClick={async () => setOutcome(await removeWaiting(store, conversationId, question))}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </>
        )}
      </div>
      {held && (
        <button
          type="button"
          className="button queue-send"
          onClick={() => void change({ isHeld: false, isNow: true })}
        >
          {words.send}
        </button>
      )}
      {outcome === 'failed' && <p role="alert">{words.failed}</p>}
    </li>
  )
}

interface EditorProps {
  questionId: string
  text: string
  mayBeEmpty: boolean
  /** False when the text stays here. */
  onSave(text: string): Promise<boolean>
  onCancel(): void
}

function Editor({ questionId, text: before, mayBeEmpty, onSave, onCancel }: EditorProps) {
  const words = queueTexts[useSite().locale]
  const { text, setText, forget } = useEditDraft(questionId, before)
  const [isSaving, setSaving] = useState(false)
  const canSave = !isSaving && (mayBeEmpty || text.trim() !== '') && text.length <= MAX_QUESTION_CHARS
  const cancel = () => {
    forget()
    onCancel()
  }
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault()
        if (!canSave) return
        setSaving(true)
        if (await onSave(text)) forget()
        setSaving(false)
      }}
    >
      <EditBox className="queue-box" label={words.box} text={text} onText={setText} onCancel={cancel} />
      <div className="queue-buttons">
        <button type="button" className="button" onClick={cancel}>
          {words.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={!canSave}>
          {words.save}
        </button>
      </div>
    </form>
  )
}
