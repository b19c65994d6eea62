import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { z } from 'zod'
import { SiteError } from '../site-error.ts'
import type { Preview } from './contract.ts'
import type { MadeFile } from './made-files.ts'
import { parseJson } from './parse-json.ts'
import {
  type FilePart,
  type Increment,
  isThinking,
  type JsonValue,
  type Part,
  type ProviderMetadata,
  type SourcePart,
  type TextPart,
} from './parts.ts'

/** A part of the stream that a model of the AI SDK answers with. */
export type StreamPart = LanguageModelV4StreamPart

/** Keeps what tools make. Each throws {@link SiteError} when it cannot be kept. */
export interface KeepMade {
  image(bytes: Buffer, prompt: string | undefined): Promise<FilePart>
  /** A small picture of an image that is being made, as a `data:` URL; null when it cannot be drawn. */
  preview(bytes: Buffer): Promise<string | null>
  /** What code made; null when it is not to be had. */
  file(made: MadeFile): Promise<FilePart | null>
}

/** What the parts of an answer come to: what it grows by, and what the provider wants to have back of the part at `index`. */
export type Read = Increment | Preview | { type: 'annotate'; index: number; meta: ProviderMetadata }

/** Events of the Responses API that the SDK tells of late or not at all, as they were on the wire. */
const rawEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('response.output_text.annotation.added'),
    item_id: z.string(),
    annotation: z.discriminatedUnion('type', [
      z.object({
        type: z.literal('url_citation'),
        start_index: z.int().min(0),
        end_index: z.int().min(0),
        url: z.url({ protocol: /^https?$/ }),
        title: z.string().nullish(),
      }),
      z.object({
        type: z.literal('container_file_citation'),
        container_id: z.string(),
        file_id: z.string(),
        filename: z.string(),
      }),
    ]),
  }),
  z.object({
    type: z.literal('response.content_part.added'),
    item_id: z.string(),
    part: z.object({ type: z.literal('output_text') }),
  }),
  z.object({
    type: z.literal('response.image_generation_call.partial_image'),
    item_id: z.string(),
    partial_image_b64: z.string(),
  }),
  z.object({
    type: z.literal('response.output_item.done'),
    item: z.looseObject({ id: z.string(), type: z.string() }),
  }),
])
type RawItem = Extract<z.infer<typeof rawEvent>, { type: 'response.output_item.done' }>['item']

/** So long a silence is noticed. */
const NOTABLE_MS = 1_000

const imageOutput = z.object({ result: z.string() })

/** A part that text is being added to. */
interface Block {
  kind: 'text' | 'reasoning'
  index: number
  text: string
  /** Where in `text` the content that upstream counts from began. */
  base: number
}

/**
 * Reads the stream of one answer that goes on from `parts`: which part each block is, when thinking ended, what tools did,
 * which pages the text cites. Blocks may overlap: a provider ends some late.
 */
export class AnswerStream {
  readonly #keep: KeepMade | undefined
  #count: number
  /** A part that an earlier run left open is gone on with; every other block is a part of its own. */
  #open: Part | undefined
  #last: Block | undefined
  readonly #blocks = new Map<string, Block>()
  #thinkingSince: number | undefined
  #thoughtChars = 0
  readonly #items = new Map<string, RawItem>()
  #isCited = false
  /** Fetched when the text is over, by their ids. */
  readonly #made = new Map<string, MadeFile>()
  #lastCallId: string | undefined
  /** Told after the text: in the middle of it they would cut it in two. */
  readonly #sources = new Map<string, SourcePart>()

  constructor(parts: readonly Part[], keep?: KeepMade) {
    this.#keep = keep
    this.#count = parts.length
    const last = parts.at(-1)
    if (last?.type === 'text' || isThinking(last)) this.#open = last
  }

  async *read(part: StreamPart): AsyncGenerator<Read> {
    switch (part.type) {
      case 'raw':
        return yield* this.#readRaw(part.rawValue)
      case 'text-start':
      case 'reasoning-start':
        yield* this.#begin(part.type === 'text-start' ? 'text' : 'reasoning', part.id)
        return yield* this.#annotate(part)
      case 'text-delta':
      case 'reasoning-delta':
        if (part.delta === '') return
        if (this.#last) this.#last.text += part.delta
        if (part.type === 'reasoning-delta') this.#thoughtChars += part.delta.length
        return yield {
          type: 'delta',
          kind: part.type === 'text-delta' ? 'text' : 'reasoning',
          text: part.delta,
        }
      case 'text-end':
      case 'reasoning-end':
        return yield* this.#annotate(part)
      case 'tool-call':
        yield* this.#endThinking()
        this.#lastCallId = part.toolCallId
        yield* this.#whole({
          type: 'tool-call',
          id: part.toolCallId,
          name: part.toolName,
          input: inputOf(part.input),
        })
        // The site has no functions of its own, so nobody can run what a model calls unasked.
        if (!part.providerExecuted) yield* this.#failed(part.toolCallId, '')
        return
      case 'tool-result':
        if (part.isError) return yield* this.#failed(part.toolCallId, '')
        return yield* this.#readResult(part.toolCallId, part.toolName, part.result)
      case 'source':
        if (part.sourceType !== 'url' || this.#sources.has(part.url)) return
        this.#sources.set(part.url, {
          type: 'source',
          id: part.id,
          url: part.url,
          title: part.title ?? null,
        })
        return
      case 'finish':
        yield* this.#endThinking()
        for (const made of this.#made.values()) yield* this.#fetchMade(made)
        // What was looked at is said by the search; what is cited, by the text.
        if (!this.#isCited) for (const source of this.#sources.values()) yield* this.#whole(source)
    }
  }

  /** What there is still to say of an answer that is stopped or breaks off: for how long it had thought. */
  *breakOff(): Generator<Read> {
    yield* this.#endThinking()
  }

  *#begin(kind: Block['kind'], id: string): Generator<Read> {
    if (kind === 'reasoning') this.#thinkingSince ??= performance.now()
    else yield* this.#endThinking()
    const open = this.#open?.type === kind ? this.#open : undefined
    this.#open = undefined
    if (!open) this.#count++
    const text = open ? (open as TextPart).text : '' // both kinds have one
    this.#last = { kind, index: this.#count - 1, text, base: text.length }
    this.#blocks.set(`${kind} ${id}`, this.#last)
    yield { type: 'delta', kind, text: '', ...(!open && { begins: true }) }
  }

  *#endThinking(): Generator<Read> {
    if (this.#thinkingSince === undefined) return
    const ms = Math.round(performance.now() - this.#thinkingSince)
    this.#thinkingSince = undefined
    // Of a moment in which nothing was told there is nothing to tell.
    if (this.#thoughtChars > 0 || ms >= NOTABLE_MS) yield { type: 'thought', ms }
    this.#thoughtChars = 0
  }

  *#annotate(part: Extract<StreamPart, { type: `${Block['kind']}-${'start' | 'end'}` }>): Generator<Read> {
    const block = this.#blocks.get(`${part.type.split('-')[0]} ${part.id}`)
    if (part.providerMetadata === undefined || !block) return
    yield { type: 'annotate', index: block.index, meta: part.providerMetadata as ProviderMetadata } // JSON of the provider's
  }

  *#whole(part: Extract<Increment, { type: 'part' }>['part']): Generator<Read> {
    this.#count++
    this.#last = undefined
    this.#open = undefined
    yield { type: 'part', part }
  }

  /** An image becomes a file; everything else is kept as it came, and the item itself for the provider. */
  async *#readResult(callId: string, toolName: string, output: unknown): AsyncGenerator<Read> {
    const { result: _, ...item }: Partial<RawItem> = this.#items.get(callId) ?? {}
    const meta = { openai: { item: item as { [key: string]: JsonValue } } } // parsed from JSON
    // The SDK hands out images that are still being made as results, too.
    if (toolName === 'image_generation' && !this.#items.has(callId)) return
    const image = toolName === 'image_generation' ? imageOutput.safeParse(output).data : undefined
    if (!image) {
      yield* this.#whole({ type: 'tool-result', callId, output: asJson(output), meta })
      return
    }
    if (image.result === '') return yield* this.#failed(callId, reasonOf(item))
    const prompt = typeof item.revised_prompt === 'string' ? item.revised_prompt : undefined
    const bytes = Buffer.from(image.result, 'base64')
    const file = await kept(async () => await this.#keep?.image(bytes, prompt))
    if (!file || 'refusal' in file) return yield* this.#failed(callId, file?.refusal ?? '')
    yield* this.#whole({ type: 'tool-result', callId, output: prompt === undefined ? {} : { prompt }, meta })
    yield* this.#whole({ ...file, callId })
  }

  /** The text names it all the same, should it be of a kind that is not kept. */
  async *#fetchMade(made: MadeFile): AsyncGenerator<Read> {
    const file = await kept(async () => await this.#keep?.file(made))
    if (!file || 'refusal' in file) return
    yield* this.#whole({ ...file, ...(this.#lastCallId !== undefined && { callId: this.#lastCallId }) })
  }

  *#failed(callId: string, output: string): Generator<Read> {
    yield* this.#whole({ type: 'tool-result', callId, output, isError: true })
  }

  async *#readRaw(value: unknown): AsyncGenerator<Read> {
    const event = rawEvent.safeParse(value).data
    if (event?.type === 'response.output_item.done') this.#items.set(event.item.id, event.item)
    if (!event || event.type === 'response.output_item.done') return
    if (event.type === 'response.image_generation_call.partial_image') {
      const image = await this.#keep?.preview(Buffer.from(event.partial_image_b64, 'base64'))
      if (image) yield { type: 'preview', callId: event.item_id, image }
      return
    }
    const block = this.#blocks.get(`text ${event.item_id}`)
    // Only the end of an answer grows.
    if (!block || block !== this.#last) return
    if (event.type === 'response.content_part.added') {
      block.base = block.text.length
      return
    }
    if (event.annotation.type === 'container_file_citation') {
      const { container_id: containerId, file_id: fileId, filename: name } = event.annotation
      this.#made.set(fileId, { containerId, fileId, name })
      return
    }
    this.#isCited = true
    const { url, title, ...place } = event.annotation
    const span = spanOf(block.text, block.base, place, url)
    yield { type: 'cite', citation: { ...span, url, title: title?.trim() || null } }
  }
}

/**
 * Where in a text a citation lies. OpenAI counts characters as code points; others who speak its API count UTF-16, which is
 * seen where only that stretch holds the address.
 */
function spanOf(
  text: string,
  base: number,
  { start_index, end_index }: { start_index: number; end_index: number },
  url: string,
): { start: number; end: number } {
  const offset = (characters: number) => base + [...text.slice(base)].slice(0, characters).join('').length
  const byCharacters = { start: offset(start_index), end: offset(end_index) }
  const byUnits = { start: base + start_index, end: base + end_index }
  const holds = ({ start, end }: typeof byUnits) => text.slice(start, end).includes(url)
  const { start, end } = !holds(byCharacters) && holds(byUnits) ? byUnits : byCharacters
  return { start: Math.min(start, end), end }
}

/** Upstream's own sentence about what failed. */
const reasonOf = (item: Partial<RawItem>): string =>
  z.object({ error: z.object({ message: z.string() }) }).safeParse(item).data?.error.message ?? ''

/** A file that was kept, or the public sentence that says why not. */
async function kept<T>(keep: () => Promise<T>): Promise<T | { refusal: string }> {
  try {
    return await keep()
  } catch (error) {
    if (error instanceof SiteError) return { refusal: error.message }
    throw error
  }
}

/** What a tool was called with: nothing at all is no arguments, and what is no JSON stays as it was written. */
function inputOf(text: string): JsonValue {
  if (text.trim() === '') return {}
  const parsed = parseJson(text)
  return parsed === undefined ? text : (parsed as JsonValue) // parsed from JSON
}

/** What the SDK hands out was parsed from JSON; what was not there has no place in it. */
const asJson = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value ?? null))
