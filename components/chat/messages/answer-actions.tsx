'use client'

import { ChevronDown, RefreshCw } from 'lucide-react'
import { useContext, useRef } from 'react'
import { footnotesOf, markCitations, sourcesOf } from '#lib/chat/citations.ts'
import type { Message, Part } from '#lib/chat/contract.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { AloudButton } from '../aloud/aloud-button.tsx'
import { TemporaryContext, useSite, useStore, useTexts } from '../chat-context.ts'
import { showComparison } from '../comparison/compare.ts'
import { cleanHtml } from '../copying/copied-html.ts'
import { CopyButton } from '../copying/copy-button.tsx'
import { ModelMenu } from '../models/model-menu.tsx'
import { RatingButtons } from '../rating/rating-buttons.tsx'
import { type Branch, BranchArrows } from './branch-arrows.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageMore } from './message-more.tsx'

interface AnswerActionsProps {
  message: Message
  branch: Branch
  actions: MessageActions
}

/** What one can do with an answer that has ended, in a row below it. */
export function AnswerActions({ message, branch, actions }: AnswerActionsProps) {
  const store = useStore()
  const { answer } = useTexts()
  const isTemporary = useContext(TemporaryContext)
  const row = useRef<HTMLDivElement>(null)
  const content = useCopiedAnswer(message, row)
  const hasText = textOfAnswer(message.parts) !== ''
  return (
    <div className="answer-actions" ref={row} data-control>
      {branch.count > 1 && (
        <BranchArrows
          of="answer"
          branch={branch}
          onShow={actions.showBranch}
          onCompare={() => showComparison(store, message.parentId)}
        />
      )}
      {hasText && <CopyButton label={answer.copy} doneLabel={answer.copied} content={content} />}
      {hasText && <AloudButton messageId={message.id} />}
      {hasText && !isTemporary && <RatingButtons message={message} />}
      <IconButton
        label={answer.regenerate}
        onClick={() => actions.regenerate(message.parentId ?? '', message.modelAsked)}
      >
        <RefreshCw size={16} aria-hidden />
      </IconButton>
      <ModelMenu
        className="icon-button regenerate-with"
        label={answer.regenerateWith}
        selectedId={message.model}
        onChoose={(model) => actions.regenerate(message.parentId ?? '', model.id)}
      >
        <ChevronDown size={14} aria-hidden />
      </ModelMenu>
      {!isTemporary && <MessageMore message={message} />}
    </div>
  )
}

/** What an answer says, with a blank line where one text ends and another begins; its sources are footnotes. */
function textOfAnswer(parts: readonly Part[]): string {
  const sources = sourcesOf(parts)
  const texts = parts.flatMap((part) =>
    part.type === 'text' ? [markCitations(part, sources, (number) => `[^${number}]`)] : [],
  )
  const isCited = parts.some((part) => part.type === 'text' && part.citations)
  return [...texts, ...(isCited ? [footnotesOf(sources)] : [])].join('\n\n')
}

/** What goes to the clipboard: the Markdown, and what it looks like; labelled where the operator wants that. */
function useCopiedAnswer({ parts }: Message, row: React.RefObject<HTMLElement | null>) {
  const { labelsCopies } = useSite()
  const { answer } = useTexts()
  return () => {
    const text = textOfAnswer(parts)
    const rendered = [...(row.current?.closest('article')?.querySelectorAll('.answer-text, .sources') ?? [])]
    const html = cleanHtml(rendered.flatMap(({ childNodes }) => [...childNodes]))
    return labelsCopies
      ? { text: `${text}\n\n${answer.aiLabel}`, html: `${html}<p><small>${answer.aiLabel}</small></p>` }
      : { text, html }
  }
}
