'use client'

import type { ReactNode } from 'react'
import type { Message } from '#lib/chat/contract.ts'
import type { ReasoningPart } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { formatDuration, useElapsed } from '../duration.ts'

/** Until the first word: how it is being thought about, or that nobody has been asked yet. */
export function Beginning({ message }: { message: Message }) {
  const store = useStore()
  const { answer } = useTexts()
  const isUnsent = useChat(
    ({ detachedIds }) => detachedIds.includes(message.id) && store.isUnsent(message.id),
  )
  return isUnsent ? <p className="thinking">{answer.unsent}</p> : <Thinking since={message.createdAt} />
}

/** For how long, so that waiting can be told from hanging. */
function Thinking({ since }: { since: number }) {
  return (
    <p className="thinking">
      <ThinkingWords since={since} />
    </p>
  )
}

function ThinkingWords({ since }: { since: number }) {
  const texts = useTexts()
  const { answer } = texts
  const seconds = useElapsed(since)
  return (
    <>
      <span className="thinking-sheen" aria-hidden="true" />
      {seconds > 0 ? fill(answer.thinkingFor, { time: formatDuration(seconds, texts) }) : answer.thinking}
    </>
  )
}

/** The text as it is, but for the lines that models write as titles of what follows. */
function withTitles(text: string): ReactNode {
  return text.split(/^\*\*(.+)\*\*$/m).map((piece, index) => {
    // Every second piece is what the pattern caught.
    // biome-ignore lint/suspicious/noArrayIndexKey: thoughts only ever grow.
    return index % 2 === 1 ? <strong key={index}>{piece}</strong> : piece
  })
}

/** What was thought in a row, folded once that is over; then it says how long it took, as far as that is known. */
export function Reasoning(props: {
  parts: readonly ReasoningPart[]
  /** Since when the answer is being written, while this is its end. */
  since: number | undefined
}) {
  const texts = useTexts()
  const { answer } = texts
  const text = props.parts
    .map((part) => part.text.trim())
    .filter(Boolean)
    .join('\n\n')
  const ms = props.parts.reduce((sum, part) => sum + (part.ms ?? 0), 0)
  const time = formatDuration(Math.max(1, Math.round(ms / 1000)), texts)
  const words = ms > 0 ? fill(answer.thoughtFor, { time }) : answer.reasoning
  if (text === '') {
    if (props.since !== undefined) return <Thinking since={props.since} />
    return ms > 0 ? <p className="thought">{words}</p> : null
  }
  return (
    <details className="reasoning" open={props.since !== undefined}>
      <summary>{props.since === undefined ? words : <ThinkingWords since={props.since} />}</summary>
      <div className="reasoning-text">{withTitles(text)}</div>
    </details>
  )
}
