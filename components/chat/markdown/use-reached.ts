import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAwake } from '#components/ui/use-awake.ts'

/** So much more is formatted at once, so that an answer that grows as models write never lags behind. */
const AT_ONCE_CHARS = 4_000
/** The script of a step should take about so long; laying out what it made takes as long again. */
const STEP_MS = 14
const MIN_STEP_CHARS = 1_000
const MAX_STEP_CHARS = 16_000

/** How much this browser formats in a step: learned from the steps before. */
let stepChars = 3_000

/** What takes longer than other characters: the edge of a formula, of a cell. */
const WEIGHTS: Record<string, number> = { $: 60, '|': 8 }

/**
 * The end of the piece that begins at `from` and takes about as long as so many characters of prose: an empty line, else the end
 * of a line.
 */
export function endOfPiece(text: string, from: number, chars: number): number {
  let wanted = from
  for (let weight = 0; weight < chars; wanted++) {
    if (wanted >= text.length) return text.length
    weight += WEIGHTS[text[wanted] ?? ''] ?? 1
  }
  for (const boundary of ['\n\n', '\n']) {
    const at = text.indexOf(boundary, wanted)
    if (at >= 0 && at < wanted + chars) return at + boundary.length
  }
  // Never between the halves of a character.
  const code = text.charCodeAt(wanted)
  return code >= 0xdc00 && code <= 0xdfff ? wanted + 1 : wanted
}

/** Up to where a text is to be formatted now, when it is up to `before`. */
export function nextReached(text: string, before: number, chars: number): number {
  if (text.length <= before || endOfPiece(text, before, AT_ONCE_CHARS) === text.length) return text.length
  return endOfPiece(text, before, chars)
}

/**
 * Up to where a text is formatted. What comes at once and is long (an answer that was missed while the page was hidden, one of
 * another conversation) is formatted in steps, a frame between them, so that the page never stands still. What the server
 * has formatted is whole from the beginning.
 */
export function useReached(text: string): number {
  const isAwake = useAwake()
  const [startsWhole] = useState(!isAwake)
  const [, again] = useReducer((count: number) => count + 1, 0)
  const before = useRef(startsWhole ? Number.POSITIVE_INFINITY : 0)
  const reached = Math.min(text.length, nextReached(text, before.current, stepChars))
  useLayoutEffect(() => {
    before.current = Math.max(reached, Math.min(before.current, text.length))
  })
  const isBehind = reached < text.length
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each step comes the next.
  useEffect(() => {
    if (!isBehind) return
    return soon(() => {
      const began = performance.now()
      flushSync(again)
      const ms = Math.max(1, performance.now() - began)
      const fitting = stepChars * Math.min(2, Math.max(0.5, STEP_MS / ms))
      stepChars = Math.round(Math.min(MAX_STEP_CHARS, Math.max(MIN_STEP_CHARS, fitting)))
    })
  }, [isBehind, reached])
  return reached
}

/** A hidden page draws no frames. */
const HIDDEN_MS = 500

/** Calls back when the next frame was drawn, or nearly so where none is. Returns how to call it off. */
function soon(callback: () => void): () => void {
  let timer = setTimeout(callback, HIDDEN_MS)
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer)
    timer = setTimeout(callback)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
