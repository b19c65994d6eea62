'use client'

import { PenLine } from 'lucide-react'
import { Suspense, useContext } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { type FilePart, filesOfParts, textOfParts } from '#lib/chat/parts.ts'
import { TemporaryContext, useChat, useStore, useTexts } from '../chat-context.ts'
import { CopyButton } from '../copying/copy-button.tsx'
import { QuestionText } from '../folding/question-text.tsx'
import { type Branch, BranchArrows } from './branch-arrows.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageMore } from './message-more.tsx'

const QuestionEditor = lazyPart(async () => (await import('./question-editor.tsx')).QuestionEditor)

const MessageFiles = lazyPart(async () => (await import('../files/message-files.tsx')).MessageFiles)

const isImage = ({ mediaType }: FilePart) => mediaType.startsWith('image/')

/** A question, or the box in which it is asked differently. */
export function Question(props: { message: Message; branch: Branch; actions: MessageActions }) {
  const { message, branch, actions } = props
  const { conversation, question } = useTexts()
  const store = useStore()
  const isTemporary = useContext(TemporaryContext)
  const isEdited = useChat((state) => state.editing?.questionId === message.id)
  const text = textOfParts(message.parts)
  const files = filesOfParts(message.parts)
  const bubble = <QuestionText text={text} messageId={message.id} onToggle={actions.stay} />
  return (
    <article className="question" data-role="user" data-message-id={message.id}>
      <h2 className="sr-only">{conversation.you}</h2>
      {files.length > 0 && !isEdited && (
        <Suspense fallback={<div className="files-place" data-images={files.some(isImage) || undefined} />}>
          <MessageFiles files={files} />
        </Suspense>
      )}
      {isEdited ? (
        <Suspense fallback={bubble}>
          <QuestionEditor
            message={message}
            onClose={() => store.edit(null)}
            onAsk={(...changed) => actions.askInstead(message.id, ...changed)}
          />
        </Suspense>
      ) : (
        <>
          {bubble}
          <div className="question-actions" data-control>
            {text !== '' && (
              <CopyButton label={question.copy} doneLabel={question.copied} content={() => ({ text })} />
            )}
            <button
              type="button"
              className="icon-button"
              data-edit
              aria-label={question.edit}
              title={question.edit}
              onClick={() => actions.edit(message.id)}
            >
              <PenLine size={16} aria-hidden />
            </button>
            {!isTemporary && <MessageMore message={message} />}
            {branch.count > 1 && <BranchArrows of="question" branch={branch} onShow={actions.showBranch} />}
          </div>
        </>
      )}
    </article>
  )
}
