import { z } from 'zod'
import type { PeekedBody } from '#lib/gateway/exchange.ts'
import { modelAtStart, modelIn } from '#lib/gateway/model-field.ts'
import { parseJson } from '#lib/gateway/parse-json.ts'
import { IMAGE_TOKENS } from '#lib/tokens/count-tokens.ts'

/** What the body of a request says about how much it may come to. */
export interface Asked {
  /** Undefined when it names none, or cannot be read. */
  model: string | undefined
  /** What a person or a program wrote, to be counted; undefined when the body was too long to be looked at. */
  text: string | undefined
  inputTokens: number
  outputTokens: number
  /** Upstream is to answer later: what it comes to is in no answer to this request. */
  isBackground: boolean
}

/** Reserved for an answer whose request names no limit. */
const USUAL_OUTPUT_TOKENS = 4_096
/** More than this can be in no request, so a body of many megabytes (pictures) does not use up a month. */
const MOST_INPUT_TOKENS = 128_000

const count = z.number().int().positive().catch(0)
const limits = z.object({
  max_output_tokens: count,
  max_completion_tokens: count,
  max_tokens: count,
  n: count,
  best_of: count,
  background: z.boolean().catch(false),
})

/**
 * Reads the beginning of a body of `announcedBytes`; `isOurs` if the site's own chat sends it. Tokens are guessed, rather too many than too few: it
 * is what is reserved, in the way of the first byte; they are counted afterwards.
 */
export function readAsked(
  { bytes, isWhole }: PeekedBody,
  { announcedBytes, isOurs }: { announcedBytes: number | undefined; isOurs: boolean },
): Asked {
  const json = isWhole ? parseObject(bytes) : undefined
  // Of a body that is longer, another model could stand behind what was looked at; the site's own chat does no such thing.
  const model = isWhole ? (modelIn(bytes) ?? modelInForm(bytes)) : isOurs ? modelAtStart(bytes) : undefined
  if (json === undefined) {
    const guess = Math.ceil(Math.max(bytes.length, announcedBytes ?? 0) / 4)
    const inputTokens = Math.min(guess, MOST_INPUT_TOKENS)
    return { model, text: undefined, inputTokens, outputTokens: USUAL_OUTPUT_TOKENS, isBackground: false }
  }
  const said = limits.parse(json)
  const most = said.max_output_tokens || said.max_completion_tokens || said.max_tokens
  const outputTokens = (most || USUAL_OUTPUT_TOKENS) * Math.max(said.n, said.best_of, 1)
  const { text, pictures } = textOf(json)
  const inputTokens = guessTokens(text) + pictures * IMAGE_TOKENS
  return { model, text, inputTokens, outputTokens, isBackground: said.background }
}

function parseObject(bytes: Uint8Array): object | undefined {
  const value = parseJson(new TextDecoder().decode(bytes))
  return typeof value === 'object' && value !== null ? value : undefined
}

/** The one field `model` of a multipart form (RFC 7578); undefined when there are several. */
function modelInForm(bytes: Uint8Array): string | undefined {
  const found = [
    ...new TextDecoder('latin1').decode(bytes).matchAll(/name="?model"?\r\n\r\n([\w.:-]{1,128})\r\n/g),
  ]
  return found.length === 1 ? found[0]?.[1] : undefined
}

/** All strings in a request, in order; data that is not text is counted as pictures. */
function textOf(json: object): { text: string; pictures: number } {
  const texts: string[] = []
  let pictures = 0
  const left: unknown[] = [json]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value === 'string') {
      if (value.startsWith('data:')) pictures++
      else texts.push(value)
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) left.push(inner)
    }
  }
  return { text: texts.join('\n'), pictures }
}

/** Latin letters come to about a quarter of a token, others to one at most. */
function guessTokens(text: string): number {
  let latin = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x250) latin++
  return Math.ceil(latin / 3) + text.length - latin
}
