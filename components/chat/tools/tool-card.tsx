'use client'

import { Wrench } from 'lucide-react'
import { useId, useState } from 'react'
import type { ToolCallPart, ToolResultPart } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useChat, useReading } from '../chat-context.ts'
import { formatDuration, useElapsed } from '../duration.ts'
import { PageLinks } from './page-links.tsx'
import { detailsOf, type ToolPiece } from './tool-details.ts'
import { toolIcons } from './tool-names.ts'
import './tools.css'

const KNOWN = {
  web_search: 'webSearch',
  code_interpreter: 'codeInterpreter',
  image_generation: 'imageGeneration',
} as const
const isKnown = (name: string): name is keyof typeof KNOWN => Object.hasOwn(KNOWN, name)

const NOTABLE_SECONDS = 2

export interface ToolCardProps {
  call: ToolCallPart
  /** What came of it, if anything has. */
  result: ToolResultPart | undefined
  /** Whether its answer is still being written, so that a result may come. */
  answerRuns: boolean
  /** Whether the answer went on after the call: not every provider and export says what came of one. */
  wentOn: boolean
}

/** One call of a tool: what was done and how it stands; what it was given and what came of it are folded. */
export function ToolCard({ call, result, answerRuns, wentOn }: ToolCardProps) {
  const texts = toolTexts[useReading().locale]
  const words = texts[isKnown(call.name) ? KNOWN[call.name] : 'other']
  const Icon = isKnown(call.name) ? toolIcons[call.name] : Wrench
  const isDone = result !== undefined || wentOn
  const isRunning = !isDone && answerRuns
  const doing = isRunning ? words.running : isDone && !result?.isError ? words.done : words.tried
  const { topic, pieces } = detailsOf(call.input, result)
  const state = result?.isError ? texts.failed : isDone || isRunning ? null : texts.unfinished
  const head = (
    <>
      <Icon size={15} aria-hidden className="tool-icon" />
      <span className="tool-words">
        {fill(doing, { name: call.name })}
        {topic !== null && <span className="tool-topic"> · {topic}</span>}
      </span>
      {state !== null && <span className="tool-state">{state}</span>}
      {isRunning && <Elapsed />}
    </>
  )
  const looks = { 'data-running': isRunning || undefined, 'data-failed': result?.isError }
  if (pieces.length === 0) {
    return (
      <div className="tool-card" {...looks}>
        <div className="tool-head">{head}</div>
        {isRunning && call.name === 'image_generation' && <Canvas callId={call.id} />}
      </div>
    )
  }
  return (
    <details className="tool-card" {...looks}>
      <summary className="tool-head">{head}</summary>
      {pieces.map((piece) => (
        <Piece key={piece.label} label={texts[piece.label]} piece={piece} />
      ))}
    </details>
  )
}

/** Where the image will be, and how it looks so far. */
function Canvas({ callId }: { callId: string }) {
  const preview = useChat((state) => state.previews[callId])
  return (
    <div className="tool-canvas" data-drawn={preview !== undefined || undefined} aria-hidden>
      {/* biome-ignore lint/performance/noImgElement: it came with the answer, and is gone in a moment. */}
      {preview !== undefined && <img src={preview} alt="" />}
    </div>
  )
}

/** How long the card has been there, once that is long. */
function Elapsed() {
  const { texts } = useReading()
  const [since] = useState(() => Date.now())
  const seconds = useElapsed(since)
  return seconds < NOTABLE_SECONDS ? null : (
    <span className="tool-state">{formatDuration(seconds, texts)}</span>
  )
}

/** Scrolls in itself, so the keyboard must reach it. */
function Piece({ label, piece }: { label: string; piece: ToolPiece }) {
  const id = useId()
  return (
    <div className="tool-piece">
      <p id={id}>{label}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-labelledby={id}>
        {'pages' in piece ? <PageLinks pages={piece.pages} /> : <pre>{piece.text}</pre>}
      </section>
    </div>
  )
}
