import type { Composer } from './compose-answer.ts'
import type { Turn } from './conversation.ts'
import type { HostedTool, ToolUse } from './hosted-tools.ts'
import { piecesOf } from './pieces.ts'
import { eachUntilGone, pause, type Reply } from './reply.ts'
import type { ScriptStep } from './script-steps.ts'

/** What the demo is about to say, piece by piece at its pace. */
export interface Speech {
  /** Which tools are used before a word is said. */
  uses: readonly ToolUse[]
  /** As long as a tool takes. */
  rest: () => Promise<void>
  /** Null where nothing is thought. */
  reasoning: AsyncIterable<string> | null
  text: AsyncIterable<string>
}

/** How many pieces of the pace pass before the first one, as a model thinks before it speaks. */
const PIECES_BEFORE_FIRST = 20
/** The same of the use of a tool. */
const PIECES_OF_TOOL = 60

/** Yields at `perSecond`. A slow reader delays what follows; lost time is not made up for by a burst. */
async function* paced(pieces: Iterable<string>, perSecond: number, reply: Reply): AsyncGenerator<string> {
  const intervalMs = 1000 / perSecond
  let dueMs = performance.now() + intervalMs * PIECES_BEFORE_FIRST
  for (const piece of pieces) {
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) await pause(waitMs, reply.gone)
    dueMs = Math.max(dueMs, performance.now() - intervalMs) + intervalMs
    yield piece
  }
}

export interface SpeechOptions {
  say: ScriptStep['say']
  composer: Composer
  perSecond: number
  reply: Reply
}

/** The scripted words if there are any, else the demo's answer to the last question. */
export function speak(
  turns: Turn[],
  { say, composer, perSecond, reply }: SpeechOptions,
  tools: readonly HostedTool[] = [],
): Speech {
  const composed = say ? undefined : composer.compose(turns, tools)
  const text = say ? say.text : (composed?.text ?? '')
  const reasoning = say ? (say.reasoning ?? '') : (composed?.reasoning ?? '')
  return {
    uses: (say ? say.uses : composed?.uses) ?? [],
    rest: () => pause((1000 / perSecond) * PIECES_OF_TOOL, reply.gone),
    reasoning: reasoning === '' ? null : paced(piecesOf(reasoning), perSecond, reply),
    text:
      typeof text === 'string' ? paced(piecesOf(text), perSecond, reply) : eachUntilGone(text, reply.gone),
  }
}

/** The first `max` pieces, and whether there were more. */
export function limited(pieces: AsyncIterable<string>, max: number) {
  const state = { count: 0, cutShort: false }
  async function* take(): AsyncGenerator<string> {
    for await (const piece of pieces) {
      if (state.count >= max) {
        state.cutShort = true
        return
      }
      state.count += 1
      yield piece
    }
  }
  return { pieces: take(), state }
}

export async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
