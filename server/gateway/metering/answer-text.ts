import { z } from 'zod'
import { parseJson } from '#lib/gateway/parse-json.ts'

/** Enough for the longest answers; of longer ones the rest is guessed by its length. */
const MAX_CHARS = 1_000_000
/** Longer lines are no pieces of an answer but whole objects, such as the last event of a response. */
const MAX_LINE_CHARS = 256 * 1024

const piece = z.object({
  delta: z.string().optional().catch(undefined),
  choices: z
    .array(
      z.object({
        text: z.string().optional().catch(undefined),
        delta: z
          .object({
            content: z.string().nullish().catch(undefined),
            reasoning_content: z.string().nullish().catch(undefined),
            reasoning: z.string().nullish().catch(undefined),
            tool_calls: z
              .array(
                z.object({
                  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }),
                }),
              )
              .nullish()
              .catch(undefined),
          })
          .optional()
          .catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
})

/**
 * What an answer says, gathered as it passes, to be counted where upstream states no usage. Of an event stream (chat
 * completions, completions, responses) the text of its deltas; of anything else all of it.
 */
export class AnswerText {
  readonly #decoder = new TextDecoder()
  readonly #texts: string[] = []
  #chars = 0
  /** What came of a line whose end has not. */
  #line = ''
  /** The line that is coming is too long to be kept. */
  #isSkipping = false
  /** Characters beyond those that were kept. */
  moreChars = 0

  add(chunk: Uint8Array): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split('\n')
    const last = lines.pop() ?? ''
    for (const end of lines) {
      if (!this.#isSkipping) this.#take(this.#line + end)
      this.#line = ''
      this.#isSkipping = false
    }
    if (this.#isSkipping) return
    this.#line += last
    if (this.#line.length <= MAX_LINE_CHARS) return
    if (isEvent(this.#line)) this.#isSkipping = true
    else this.#keep(this.#line)
    this.#line = ''
  }

  /** What was kept, when the answer has ended. */
  text(): string {
    this.#take(this.#line)
    this.#line = ''
    return this.#texts.join('')
  }

  #take(line: string): void {
    if (!isEvent(line)) this.#keep(line.replace(/\r$/, ''))
    else if (line.startsWith('data:')) this.#keep(deltaIn(line.slice('data:'.length)))
  }

  #keep(text: string): void {
    const kept = text.slice(0, MAX_CHARS - this.#chars)
    if (kept) this.#texts.push(kept)
    this.#chars += kept.length
    this.moreChars += text.length - kept.length
  }
}

/** A field of an event stream, or a comment in one. */
const isEvent = (line: string) => /^(data|event|id|retry)?:/.test(line)

function deltaIn(data: string): string {
  const read = piece.safeParse(parseJson(data))
  if (!read.success) return ''
  const { delta = '', choices = [] } = read.data
  const ofChoices = choices.map(({ text, delta: of }) => {
    const calls = (of?.tool_calls ?? []).map(
      (call) => `${call.function.name ?? ''}${call.function.arguments ?? ''}`,
    )
    return [text, of?.reasoning_content ?? of?.reasoning, of?.content, ...calls].join('')
  })
  return delta + ofChoices.join('')
}
