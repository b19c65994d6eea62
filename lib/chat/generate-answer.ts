import { type ModelMessage, streamText, type TextStreamPart, type ToolSet } from 'ai'
import { type ChatGateway, createChatModel } from './chat-gateway.ts'
import { type ContextWindow, firstWindow, halfOf } from './context-window.ts'
import type { Message } from './contract.ts'
import type { ConversationSettings } from './conversation-settings.ts'
import type { FileContent, ModelSenses } from './files/model-files.ts'
import { chooseModelId, factsOf, sensesOf } from './models.ts'
import { type Increment, isGrowing, type Part, type ProviderMetadata, type SourcePart } from './parts.ts'
import { toRunError } from './run-error.ts'
import type { RunRecording } from './run-recording.ts'

export type Generated =
  | Increment
  /** What the provider wants to have back of the answer's part at `index`. */
  | { type: 'annotate'; index: number; meta: ProviderMetadata }
  /** The branch is longer than the model's context: it is sent from this message on. Comes before the first word. */
  | { type: 'context'; fromId: string }
  /** How upstream ended the answer. */
  | { type: 'finish'; finish: 'complete' | 'refused' | 'cut' }

/** Not every model goes on with an answer that is last in line, so it is asked to. */
const GO_ON =
  'Your answer above broke off. Continue it from exactly where it stopped: your next character is the one that comes after its last. Repeat nothing, add no introduction, and keep the language and the formatting it is in.'

/** What is asked: a branch, root first, and how its last message is to be written. */
export interface Asked {
  branch: readonly Message[]
  settings: ConversationSettings
  /** The files of the branch as a model of these senses gets them, by message; not called where there are none. */
  readFiles: (senses: ModelSenses) => Promise<ReadonlyMap<string, readonly FileContent[]>>
}

/**
 * Asks the gateway for the last message of a branch: for an answer to the question before it, or for the rest
 * of that answer when a part is there. Yields what arrives, as it arrives, and notes it in `recording`. Throws what went
 * wrong upstream, and the abort of `signal`. A stream that ends without upstream's own finish is `cut`.
 *
 * What does not fit into the model's context is left out from the start of the branch on, and told. Where upstream finds it too long all the
 * same (nobody knows the context, or it counts otherwise), half as much is asked for, down to the last question.
 */
export async function* generateAnswer(
  gateway: ChatGateway,
  { branch, settings, readFiles }: Asked,
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const modelId = await chooseModelId(gateway, settings.model, signal)
  recording.modelAsked = modelId
  const hasFiles = branch.some(
    ({ role, parts }) => role === 'user' && parts.some(({ type }) => type === 'file'),
  )
  const factsOfModel = () => factsOf(gateway, modelId, signal)
  const files = hasFiles ? await readFiles(sensesOf(gateway, await factsOfModel())) : new Map()
  const counting = { instructions: settings.instructions, files, modelId }
  const contextTokens = async () => (await factsOfModel()).contextTokens
  let window: ContextWindow | undefined = await firstWindow(branch, contextTokens, counting)
  while (window) {
    const sent = branch.slice(window.from)
    const fromId = window.from > 0 && sent[0]?.id
    if (fromId) yield { type: 'context', fromId }
    let isHeard = false
    try {
      for await (const item of askOnce(gateway, modelId, settings, { sent, files }, recording, signal)) {
        isHeard = true
        yield item
      }
      return
    } catch (error) {
      const isTooLong = !isHeard && !signal.aborted && toRunError(error).code === 'too_long'
      window = isTooLong ? await halfOf(branch, window, counting) : undefined
      if (!window) throw error
      recording.restart()
    }
  }
}

async function* askOnce(
  gateway: ChatGateway,
  modelId: string,
  { instructions, temperature, reasoningEffort }: ConversationSettings,
  { sent, files }: { sent: readonly Message[]; files: ReadonlyMap<string, readonly FileContent[]> },
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const result = streamText({
    model: createChatModel(gateway, modelId, recording.fetch),
    messages: toModelMessages(sent, files),
    instructions,
    temperature,
    abortSignal: signal,
    // The gateway decides about retries; two layers of them multiply.
    maxRetries: 0,
    // The site keeps conversations itself; nothing is to be stored at OpenAI on its behalf.
    providerOptions: {
      openai: { store: false, ...(reasoningEffort && { reasoningEffort }) },
      gateway: { ...(reasoningEffort && { reasoningEffort }) },
    },
    onError: () => {}, // Errors are parts of the stream; the default would print them with their request.
  })
  const blocks = new Blocks(sent.at(-1)?.parts ?? [])
  /** Told after the text: in the middle of it they would cut it in two. */
  const sources = new Map<string, SourcePart>()
  for await (const part of result.stream) {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') recording.heard()
    const increment = blocks.incrementOf(part)
    if (increment) yield increment
    if (part.type === 'source' && part.sourceType === 'url') {
      const { id, url, title = null } = part
      if (!sources.has(url)) sources.set(url, { type: 'source', id, url, title })
    }
    const annotation = blocks.annotationOf(part)
    if (annotation) yield annotation
    if (part.type === 'finish-step') recording.modelAnswered = part.response.modelId
    else if (part.type === 'error') throw part.error
    else if (part.type === 'abort') signal.throwIfAborted()
    else if (part.type === 'finish') {
      recording.usage = part.totalUsage
      for (const source of sources.values()) yield { type: 'part', part: source }
      yield { type: 'finish', finish: finishOf(part) }
    }
  }
}

type StreamPart = TextStreamPart<ToolSet>

/** Which part of the answer each block of the stream is. Blocks may overlap: a provider ends some late. */
class Blocks {
  #count: number
  /** A part that an earlier run left open is gone on with; every other block is a part of its own. */
  #openKind: Part['type'] | undefined
  readonly #indexes = new Map<string, number>()

  constructor(parts: readonly Part[]) {
    this.#count = parts.length
    const last = parts.at(-1)
    if (isGrowing(last)) this.#openKind = last.type
  }

  incrementOf(part: StreamPart): Increment | undefined {
    if (part.type === 'text-start') return this.#begin('text', part.id)
    if (part.type === 'reasoning-start') return this.#begin('reasoning', part.id)
    if (part.type === 'text-delta') return { type: 'delta', kind: 'text', text: part.text }
    if (part.type === 'reasoning-delta') return { type: 'delta', kind: 'reasoning', text: part.text }
    return undefined
  }

  annotationOf(part: StreamPart): Extract<Generated, { type: 'annotate' }> | undefined {
    if (
      part.type !== 'text-start' &&
      part.type !== 'text-end' &&
      part.type !== 'reasoning-start' &&
      part.type !== 'reasoning-end'
    )
      return undefined
    const index = this.#indexes.get(`${part.type.split('-')[0]} ${part.id}`)
    if (part.providerMetadata === undefined || index === undefined) return undefined
    return { type: 'annotate', index, meta: part.providerMetadata as ProviderMetadata } // JSON of the provider's
  }

  #begin(kind: 'text' | 'reasoning', id: string): Increment {
    const goesOn = this.#openKind === kind
    this.#openKind = undefined
    if (!goesOn) this.#count++
    this.#indexes.set(`${kind} ${id}`, this.#count - 1)
    return { type: 'delta', kind, text: '', ...(!goesOn && { begins: true }) }
  }
}

function finishOf(part: { finishReason: string; rawFinishReason: string | undefined }) {
  if (part.finishReason === 'content-filter') return 'refused'
  // Without upstream's own word the connection just closed.
  if (part.rawFinishReason === undefined && part.finishReason !== 'stop') return 'cut'
  return 'complete'
}

/** Questions with their files, and the text of answers; an answer without text (a failed one) has nothing to say. */
function toModelMessages(
  branch: readonly Message[],
  files: ReadonlyMap<string, readonly FileContent[]>,
): ModelMessage[] {
  const messages = branch.flatMap(({ id, role, parts }): ModelMessage[] => {
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
    const attached = files.get(id) ?? []
    if (role === 'user' && attached.length > 0) {
      return [{ role, content: [...attached, ...(text === '' ? [] : [{ type: 'text' as const, text }])] }]
    }
    return text === '' ? [] : [{ role, content: text }]
  })
  return messages.at(-1)?.role === 'assistant' ? [...messages, { role: 'user', content: GO_ON }] : messages
}
