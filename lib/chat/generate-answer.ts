import { type ModelMessage, streamText } from 'ai'
import { AnswerStream, type KeepImage, type Read } from './answer-stream.ts'
import { type ChatGateway, createChatModel, hostedToolSet } from './chat-gateway.ts'
import { type ContextWindow, firstWindow, halfOf } from './context-window.ts'
import type { Message } from './contract.ts'
import type { ConversationSettings } from './conversation-settings.ts'
import type { FileContent, ModelSenses } from './files/model-files.ts'
import { type HostedTool, hasHostedTools } from './hosted-tools.ts'
import type { ModelFacts } from './model-facts.ts'
import { chooseModelId, factsOf, sensesOf } from './models.ts'
import { toRunError } from './run-error.ts'
import type { RunRecording } from './run-recording.ts'

export type Generated =
  | Read
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
  /** Where nothing is kept, no images are made. */
  keepImage?: KeepImage
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
  { branch, settings, readFiles, keepImage }: Asked,
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
  const tools = await toolsFor(gateway, settings, keepImage, factsOfModel)
  const contextTokens = async () => (await factsOfModel()).contextTokens
  let window: ContextWindow | undefined = await firstWindow(branch, contextTokens, counting)
  while (window) {
    const sent = branch.slice(window.from)
    const fromId = window.from > 0 && sent[0]?.id
    if (fromId) yield { type: 'context', fromId }
    let isHeard = false
    try {
      const asked = { sent, files, tools, keepImage }
      for await (const item of askOnce(gateway, modelId, settings, asked, recording, signal)) {
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

/** The tools that a conversation has switched on, as far as site and model have them. */
async function toolsFor(
  gateway: ChatGateway,
  { tools = [] }: ConversationSettings,
  keepImage: KeepImage | undefined,
  facts: () => Promise<ModelFacts>,
): Promise<HostedTool[]> {
  const wanted = tools.filter(
    (tool) => gateway.tools?.includes(tool) && (tool !== 'image_generation' || keepImage),
  )
  return wanted.length > 0 && hasHostedTools(await facts()) ? wanted : []
}

interface Sent {
  sent: readonly Message[]
  files: ReadonlyMap<string, readonly FileContent[]>
  tools: readonly HostedTool[]
  keepImage: KeepImage | undefined
}

async function* askOnce(
  gateway: ChatGateway,
  modelId: string,
  { instructions, temperature, reasoningEffort }: ConversationSettings,
  { sent, files, tools, keepImage }: Sent,
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const result = streamText({
    model: createChatModel(gateway, modelId, recording.fetch),
    messages: toModelMessages(sent, files),
    instructions,
    temperature,
    tools: hostedToolSet(tools),
    include: { rawChunks: gateway.api === 'responses' },
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
  const answer = new AnswerStream(sent.at(-1)?.parts ?? [], keepImage)
  for await (const part of result.stream) {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') recording.heard()
    yield* answer.read(part)
    if (part.type === 'finish-step') recording.modelAnswered = nameOfModel(part.response.modelId)
    else if (part.type === 'error') throw part.error
    else if (part.type === 'abort') signal.throwIfAborted()
    else if (part.type === 'finish') {
      recording.usage = part.totalUsage
      yield { type: 'finish', finish: finishOf(part) }
    }
  }
}

/** As upstream names it, without what a database's texts cannot hold: an answer must not be lost for that. */
const nameOfModel = (id: string) => id.replace(/\p{Cc}/gu, '').slice(0, 200)

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
