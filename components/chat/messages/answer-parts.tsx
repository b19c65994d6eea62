'use client'

import { type ReactNode, Suspense } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { type Source, sourcesOf } from '#lib/chat/citations.ts'
import type { Message, Part } from '#lib/chat/contract.ts'
import { filesOfParts } from '#lib/chat/parts.ts'
import { SourcesContext } from '../tools/cited.tsx'
import { MadeFilesContext, shownInText } from '../tools/made-files.ts'
import { AnswerText } from './answer-text.tsx'
import { Beginning, Reasoning } from './thinking.tsx'

const ToolCard = lazyPart(async () => (await import('../tools/tool-card.tsx')).ToolCard)
const SourceList = lazyPart(async () => (await import('../tools/source-list.tsx')).SourceList)
const MessageFiles = lazyPart(async () => (await import('../files/message-files.tsx')).MessageFiles)

/** What an answer consists of, in order, and what it is waiting for while it is being written. */
export function AnswerParts({ message }: { message: Message }) {
  const { parts } = message
  const running = message.status === 'running'
  const sources = sourcesOf(parts)
  return (
    <AnswerContexts sources={sources} parts={parts}>
      {parts.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended.
        <AnswerPart key={index} message={message} place={index} />
      ))}
      {running && isSilent(parts) && <Beginning message={message} />}
      {!running && sources.length > 0 && (
        <Suspense>
          <SourceList parts={parts} />
        </Suspense>
      )}
    </AnswerContexts>
  )
}

/** What the texts of an answer lead to: pages, and its files. */
function AnswerContexts(props: { sources: readonly Source[]; parts: readonly Part[]; children: ReactNode }) {
  return (
    <SourcesContext value={props.sources}>
      <MadeFilesContext value={filesOfParts(props.parts)}>{props.children}</MadeFilesContext>
    </SourcesContext>
  )
}

/** Nothing at its end says by itself that something is under way. */
function isSilent(parts: readonly Part[]): boolean {
  const last = parts.at(-1)
  if (last?.type === 'reasoning') return last.ms !== undefined
  return last?.type !== 'text' && last?.type !== 'tool-call'
}

function AnswerPart({ message, place }: { message: Message; place: number }) {
  const { parts } = message
  const running = message.status === 'running'
  const part = parts[place]
  /** Parts of a kind that follow each other are shown together, at the place of the first. */
  const run = <T extends Part['type']>(type: T): Extract<Part, { type: T }>[] => {
    const rest = parts.slice(place)
    const end = rest.findIndex((other) => other.type !== type)
    return rest.slice(0, end === -1 ? undefined : end) as Extract<Part, { type: T }>[] // all of that type
  }
  const isFirst = parts[place - 1]?.type !== part?.type
  switch (part?.type) {
    case 'text': {
      const growing = running && place === parts.length - 1
      return (
        <div className="answer-text" data-growing={growing || undefined}>
          <AnswerText text={part.text} citations={part.citations} running={growing} />
        </div>
      )
    }
    case 'reasoning': {
      if (!isFirst) return null
      const thought = run('reasoning')
      const isEnd = place + thought.length === parts.length && thought.at(-1)?.ms === undefined
      return <Reasoning parts={thought} since={running && isEnd ? message.createdAt : undefined} />
    }
    case 'tool-call': {
      const results = parts.filter((other) => other.type === 'tool-result')
      return (
        <Suspense>
          <ToolCard
            call={part}
            result={results.find(({ callId }) => callId === part.id)}
            answerRuns={running}
            wentOn={parts.slice(place + 1).some(({ type }) => type === 'text')}
          />
        </Suspense>
      )
    }
    case 'file': {
      const shown = shownInText(parts)
      const files = run('file').filter((file) => !shown.includes(file))
      return isFirst && files.length > 0 ? (
        <Suspense>
          <MessageFiles files={files} />
        </Suspense>
      ) : null
    }
    default:
      return null
  }
}
