'use client'

import { Clock, Paperclip, Pencil, X } from 'lucide-react'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { MAX_QUESTION_CHARS } from '#lib/chat/parts.ts'
import { queueTexts } from '#lib/i18n/rooms/queue.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useChat, useSite, useStore } from '../chat-context.ts'
import type { WaitingQuestion } from '../state/chat-state.ts'
import { growBox } from '../typing/grow-box.ts'
import { isComposing } from '../typing/is-composing.ts'
import { sends } from '../typing/send-key.ts'
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
  }

  if (isEditing) {
    return (
      <li className="queue-item">
        <Editor
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
  text: string
  mayBeEmpty: boolean
  onSave(text: string): Promise<void>
  onCancel(): void
}

function Editor({ text: before, mayBeEmpty, onSave, onCancel }: EditorProps) {
  const words = queueTexts[useSite().locale]
  const sendKey = useChat((state) => state.preferences.sendKey)
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(before)
  const [isSaving, setSaving] = useState(false)
  const canSave = !isSaving && (mayBeEmpty || text.trim() !== '') && text.length <= MAX_QUESTION_CHARS
  // biome-ignore lint/correctness/useExhaustiveDependencies: it grows with the text.
  useLayoutEffect(() => growBox(box.current), [text])
  useEffect(() => {
    box.current?.focus()
    box.current?.setSelectionRange(before.length, before.length)
  }, [before])
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault()
        if (!canSave) return
        setSaving(true)
        await onSave(text)
        setSaving(false)
      }}
    >
      <textarea
        ref={box}
        className="queue-box"
        aria-label={words.box}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return
          if (sends(event, sendKey)) event.currentTarget.form?.requestSubmit()
          else if (event.key === 'Escape') onCancel()
          else return
          // Not for the answer that is being written.
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div className="queue-buttons">
        <button type="button" className="button" onClick={onCancel}>
          {words.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={!canSave}>
          {words.save}
        </button>
      </div>
    </form>
  )
}
