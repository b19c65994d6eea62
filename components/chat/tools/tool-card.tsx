'use client'

import { Code, Globe, Image as ImageIcon, Wrench } from 'lucide-react'
import { useId } from 'react'
import type { ToolCallPart, ToolResultPart } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useReading } from '../chat-context.ts'
import { detailsOf, readable } from './tool-details.ts'
import './tools.css'

const KNOWN = {
  web_search: { words: 'webSearch', Icon: Globe },
  code_interpreter: { words: 'codeInterpreter', Icon: Code },
  image_generation: { words: 'imageGeneration', Icon: ImageIcon },
} as const
const known = (name: string) => (Object.hasOwn(KNOWN, name) ? KNOWN[name as keyof typeof KNOWN] : undefined)

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
  const { words, Icon } = known(call.name) ?? { words: 'other' as const, Icon: Wrench }
  const isDone = result !== undefined || wentOn
  const isRunning = !isDone && answerRuns
  /** What failed or broke off is named as what was under way. */
  const hasWorked = isDone && !result?.isError
  const { topic, input } = detailsOf(call.input)
  const output = result ? readable(result.output) : null
  const state = result?.isError ? texts.failed : isDone || isRunning ? null : texts.unfinished
  const head = (
    <>
      <Icon size={15} aria-hidden className="shrink-0" />
      <span className="tool-words">
        {fill(texts[words][hasWorked ? 'done' : 'running'], {
          name: call.name,
        })}
        {topic !== null && <span className="tool-topic"> · {topic}</span>}
      </span>
      {state !== null && <span className="tool-state">{state}</span>}
    </>
  )
  const looks = { 'data-running': isRunning || undefined, 'data-failed': result?.isError }
  if (input === null && output === null) {
    return (
      <div className="tool-card" {...looks}>
        <div className="tool-head">{head}</div>
      </div>
    )
  }
  return (
    <details className="tool-card" {...looks}>
      <summary className="tool-head">{head}</summary>
      {input !== null && <Piece label={texts.input} text={input} />}
      {output !== null && <Piece label={texts.output} text={output} />}
    </details>
  )
}

/** Scrolls in itself, so the keyboard must reach it. */
function Piece({ label, text }: { label: string; text: string }) {
  const id = useId()
  return (
    <div className="tool-piece">
      <p id={id}>{label}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-labelledby={id}>
        <pre>{text}</pre>
      </section>
    </div>
  )
}
