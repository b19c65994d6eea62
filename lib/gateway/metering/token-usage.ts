import { z } from 'zod'
import { parseJson } from '../parse-json.ts'

/** Tokens as upstream counted them. Both of OpenAI's spellings are read. */
export interface TokenUsage {
  inputTokens: number
  /** 0 where there are none, such as embeddings. */
  outputTokens: number
  totalTokens: number
  /** Of the input, what came out of upstream's cache. */
  cachedTokens: number
}

const count = z.number().int().nonnegative()
const details = z.object({ cached_tokens: count.optional() }).nullish()

const usage = z.object({
  input_tokens: count.optional(),
  prompt_tokens: count.optional(),
  output_tokens: count.optional(),
  completion_tokens: count.optional(),
  total_tokens: count.optional(),
  input_tokens_details: details,
  prompt_tokens_details: details,
})

/**
 * The usage that the end of an answer (JSON or event stream) states: the last `"usage"` in it. Text of people's own cannot
 * pose as one: inside a JSON string its quotes are escaped. A caller's own schema, which Responses repeat, can; but it
 * stands before the real one.
 */
export function usageIn(tail: string): TokenUsage | undefined {
  const at = [...tail.matchAll(/"usage"\s{0,8}:\s{0,8}/g)].at(-1)
  if (!at) return undefined
  const json = objectAt(tail, at.index + at[0].length)
  const read = usage.safeParse(json === undefined ? undefined : parseJson(json))
  if (!read.success) return undefined
  const inputTokens = read.data.input_tokens ?? read.data.prompt_tokens
  if (inputTokens === undefined) return undefined
  const outputTokens = read.data.output_tokens ?? read.data.completion_tokens ?? 0
  const inputDetails = read.data.input_tokens_details ?? read.data.prompt_tokens_details
  return {
    inputTokens,
    outputTokens,
    totalTokens: read.data.total_tokens ?? inputTokens + outputTokens,
    cachedTokens: inputDetails?.cached_tokens ?? 0,
  }
}

/** The JSON object that begins at `from`. Usage holds numbers and objects of numbers, so braces can be counted. */
function objectAt(text: string, from: number): string | undefined {
  if (text[from] !== '{') return undefined
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(from, at + 1)
  }
  return undefined
}

/** Usage stands near the end of every kind of answer; behind it come a few words about the request. */
const TAIL_BYTES = 16 * 1024

/** The last 16 KB of what passes by, copied, so that no larger piece of memory is kept alive. */
export class AnswerTail {
  #bytes: Uint8Array | undefined
  #length = 0
  #at = 0

  add(chunk: Uint8Array): void {
    this.#bytes ??= new Uint8Array(TAIL_BYTES)
    const kept = chunk.length > TAIL_BYTES ? chunk.subarray(chunk.length - TAIL_BYTES) : chunk
    const first = kept.subarray(0, TAIL_BYTES - this.#at)
    this.#bytes.set(first, this.#at)
    this.#bytes.set(kept.subarray(first.length), 0)
    this.#at = (this.#at + kept.length) % TAIL_BYTES
    this.#length = Math.min(TAIL_BYTES, this.#length + kept.length)
  }

  /** What was kept, as text; the first character may be half of one. */
  text(): string {
    if (!this.#bytes) return ''
    const decoder = new TextDecoder()
    if (this.#length < TAIL_BYTES) return decoder.decode(this.#bytes.subarray(0, this.#length))
    const older = decoder.decode(this.#bytes.subarray(this.#at), { stream: true })
    return older + decoder.decode(this.#bytes.subarray(0, this.#at))
  }
}
