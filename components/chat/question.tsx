'use client'

import { PenLine } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { Message } from '#lib/chat/contract.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import { type Branch, BranchArrows } from './branch-arrows.tsx'
import { useChat, useTexts } from './chat-context.ts'
import { CopyButton } from './copy-button.tsx'
import type { MessageActions } from './message-item.tsx'
import { MessageMore } from './message-more.tsx'

const QuestionEditor = lazy(async () => ({ default: (await import('./question-editor.tsx')).QuestionEditor }))

/** A question, or the box in which it is asked differently. */
export function Question(props: { message: Message; branch: Branch; actions: MessageActions }) {
  const { message, branch, actions } = props
  const { conversation, question } = useTexts()
  const isEdited = useChat((state) => state.editingId === message.id)
  const text = textOfParts(message.parts)
  const bubble = <div className="bubble">{text}</div>
  return (
    <article className="question" data-role="user" data-message-id={message.id}>
      <h2 className="sr-only">{conversation.you}</h2>
      {isEdited ? (
        <Suspense fallback={bubble}>
          <QuestionEditor message={message} onAsk={(changed) => actions.askInstead(message.id, changed)} />
        </Suspense>
      ) : (
        <>
          {bubble}
          <div className="question-actions" data-control>
            {branch.count > 1 && <BranchArrows branch={branch} onShow={actions.showBranch} />}
            <CopyButton label={question.copy} doneLabel={question.copied} content={() => ({ text })} />
            <button
              type="button"
              className="icon-button"
              aria-label={question.edit}
              title={question.edit}
              onClick={() => actions.edit(message.id)}
            >
              <PenLine size={16} aria-hidden />
            </button>
            <MessageMore message={message} />
          </div>
        </>
      )}
    </article>
  )
}
