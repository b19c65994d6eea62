'use client'

import { Play, RefreshCw } from 'lucide-react'
import { memo, type RefObject, Suspense, useContext, useEffect, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { TemporaryContext, useStore, useTexts } from '../chat-context.ts'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerParts } from './answer-parts.tsx'
import type { Branch } from './branch-arrows.tsx'
import { FailureCard } from './failure-card.tsx'
import type { MessageActions } from './message-actions.ts'
import { Question } from './question.tsx'

/** One message. Renders again only when its message object or its place among its siblings changes. */
export const MessageItem = memo(
  function MessageItem({ message, branch, actions }: MessageItemProps) {
    return message.role === 'user' ? (
      <Question message={message} branch={branch} actions={actions} />
    ) : (
      <Answer message={message} branch={branch} actions={actions} />
    )
  },
  (was, is) =>
    was.message === is.message &&
    was.actions === is.actions &&
    was.branch.index === is.branch.index &&
    was.branch.count === is.branch.count,
)

/** The place of a message that has its content in a moment; see `useHeld`. */
export const HeldMessage = memo(function HeldMessage(props: { message: Message; stretch: number }) {
  const { id, role, status } = props.message
  return (
    <article
      className={role === 'user' ? 'question' : 'answer'}
      data-role={role}
      data-message-id={id}
      data-status={status}
      data-held={props.stretch}
    />
  )
})

interface MessageItemProps {
  message: Message
  branch: Branch
  actions: MessageActions
}

function Answer({ message, branch, actions }: MessageItemProps) {
  const store = useStore()
  const { conversation, answer } = useTexts()
  const isTemporary = useContext(TemporaryContext)
  const running = message.status === 'running'
  const questionId = message.parentId ?? ''
  const isBlank = message.parts.length === 0
  const isCut = isCutByUpstream(message)
  const isFresh = running || store.endedAt(message.id) !== undefined
  const article = useRef<HTMLElement>(null)
  useQuestionHeight(article, isFresh)
  return (
    <article
      ref={article}
      className="answer"
      data-role="assistant"
      data-message-id={message.id}
      data-status={message.status}
      data-fresh={isFresh || undefined}
      aria-busy={running}
    >
      <h2 className="sr-only">{conversation.answer}</h2>
      {/* Browser translation replaces text nodes that a growing answer still needs. */}
      <div data-rendered translate={running ? 'no' : undefined}>
        <AnswerParts message={message} />
      </div>
      {message.status === 'complete' && isBlank && <p className="text-muted">{answer.empty}</p>}
      {(message.status === 'stopped' || message.status === 'interrupted') && (
        <Unfinished message={message} actions={actions} />
      )}
      {message.error && !isCut && (
        <FailureCard
          error={message.error}
          failedAt={store.endedAt(message.id) ?? message.createdAt}
          onRetry={(model) => actions.regenerate(questionId, model ?? message.modelAsked)}
          onEdit={() => actions.edit(questionId)}
          onNewChat={() => actions.askInNewChat(questionId)}
        />
      )}
      {!running && <AnswerActions message={message} branch={branch} actions={actions} />}
      {!running && !isTemporary && <ReceiptLine message={message} />}
    </article>
  )
}

/**
 * Tells the style sheet how high the question above a fresh answer is: the room that is kept below a long one, or one with
 * files, would push its beginning out of sight.
 */
function useQuestionHeight(article: RefObject<HTMLElement | null>, isFresh: boolean): void {
  useEffect(() => {
    const question = article.current?.previousElementSibling
    if (!isFresh || !question) return
    const observer = new ResizeObserver(([entry]) => {
      article.current?.style.setProperty('--question-height', `${entry?.borderBoxSize[0]?.blockSize ?? 0}px`)
    })
    observer.observe(question)
    return () => observer.disconnect()
  }, [article, isFresh])
}

/** Whether upstream left in the middle without a word: the card of a failure could only say again that it broke off. */
function isCutByUpstream({ status, error }: Message): boolean {
  return status === 'interrupted' && error?.code === 'upstream_down' && error.detail === undefined
}

/** An answer that could go on: why it does not, and the button. */
function Unfinished({ message, actions }: { message: Message; actions: MessageActions }) {
  const { answer } = useTexts()
  const regenerate = () => actions.regenerate(message.parentId ?? '', message.modelAsked)
  const isInterrupted = message.status === 'interrupted'
  const isCut = isCutByUpstream(message)
  return (
    <div className="unfinished">
      {isInterrupted ? (
        <p>
          <strong className="font-medium text-warning">{answer.interrupted}</strong> ·{' '}
          {isCut ? answer.cutHint : answer.interruptedHint}
        </p>
      ) : (
        <p>{answer.stopped}</p>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={() => actions.continueAnswer(message.id)}>
          <Play size={15} aria-hidden />
          {answer.continue}
        </button>
        {/* The card of an error has this button already. */}
        {isInterrupted && (isCut || !message.error) && (
          <button type="button" className="button" onClick={regenerate}>
            <RefreshCw size={15} aria-hidden />
            {answer.regenerate}
          </button>
        )}
      </div>
    </div>
  )
}

const ReceiptDetails = lazyPart(async () => (await import('./receipt.tsx')).ReceiptDetails)

/** One line under the answer that opens into how it came about. Its code and its data come when it is opened. */
function ReceiptLine({ message }: { message: Message }) {
  const { receipt } = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className="receipt"
      aria-label={receipt.title}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{message.model === null ? receipt.title : `${message.model} · ${receipt.title}`}</summary>
      {isOpen && (
        <Suspense fallback={<p>{receipt.loading}</p>}>
          <ReceiptDetails answerId={message.id} />
        </Suspense>
      )}
    </details>
  )
}
