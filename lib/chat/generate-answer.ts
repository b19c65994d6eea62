import type { LanguageModelV4CallOptions, LanguageModelV4FinishReason } from '@ai-sdk/provider'
import { AnswerStream, type KeepMade, type Read, type StreamPart } from './answer-stream.ts'
import type { ChatGateway } from './chat-gateway.ts'
import { createChatModel, providerTools } from './chat-model.ts'
import { type ContextWindow, firstWindow, halfOf } from './context-window.ts'
import type { Message } from './contract.ts'
import type { ConversationSettings } from './conversation-settings.ts'
import { withFailedImages } from './failed-images.ts'
import type { FileContent, ModelSenses } from './files/model-files.ts'
import { type HostedTool, hasHostedTools } from './hosted-tools.ts'
import type { ModelFacts } from './model-facts.ts'
import { chooseModelId, factsOf, sensesOf } from './models.ts'
import { openAiFacts } from './openai-models.ts'
import type { Part } from './parts.ts'
import { withItems } from './response-items.ts'
import { refusedParameter, toRunError } from './runs/run-error.ts'
import type { RunRecording } from './runs/run-recording.ts'
import { type SentMessages, toSentMessages } from './sent-messages.ts'

export type Generated =
  | Read
  /** The branch is longer than the model's context: it is sent from this message on. Comes before the first word. */
  | { type: 'context'; fromId: string }
  /** How upstream ended the answer. */
  | { type: 'finish'; finish: 'complete' | 'refused' | 'cut' }

/** What is asked: a branch, root first, and how its last message is to be written. */
export interface Asked {
  branch: readonly Message[]
  settings: ConversationSettings
  /** The files of the branch as a model of these senses gets them, by message; not called where there are none. */
  readFiles: (senses: ModelSenses) => Promise<ReadonlyMap<string, readonly FileContent[]>>
  /** Where nothing is kept, no images are made. */
  keep?: KeepMade
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
  { branch, settings, readFiles, keep }: Asked,
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const modelId = await chooseModelId(gateway, settings.model, signal)
  recording.modelAsked = modelId
  const takesItems = gateway.api === 'responses'
  const hasFiles = branch.some(
    ({ role, parts }) => (takesItems || role === 'user') && parts.some(({ type }) => type === 'file'),
  )
  const factsOfModel = () => factsOf(gateway, modelId, signal)
  const files = hasFiles ? await readFiles(sensesOf(gateway, await factsOfModel())) : new Map()
  const counting = { instructions: settings.instructions, files, modelId }
  const tools = await toolsFor(gateway, settings, keep, factsOfModel)
  const contextTokens = async () => (await factsOfModel()).contextTokens
  let window: ContextWindow | undefined = await firstWindow(branch, contextTokens, counting)
  let isExact = takesItems
  while (window) {
    const sent = branch.slice(window.from)
    const fromId = window.from > 0 && sent[0]?.id
    if (fromId) yield { type: 'context', fromId }
    const messages = toSentMessages(sent, files, { modelId, isExact })
    const asked = { ...messages, parts: sent.at(-1)?.parts ?? [], tools, keep }
    const wantedSummary = !withoutSummaries.has(gateway.baseUrl)
    let isHeard = false
    try {
      for await (const item of askOnce(gateway, modelId, settings, asked, recording, signal)) {
        isHeard = true
        yield item
      }
      return
    } catch (error) {
      const code = isHeard || signal.aborted ? undefined : toRunError(error).code
      const isSummary = wantedSummary && refusedParameter(error) === SUMMARY
      if (code === 'bad_request' && isSummary) withoutSummaries.add(gateway.baseUrl)
      // What another account of OpenAI encrypted cannot be read, and not all that speak its API know all of its items.
      else if (code === 'bad_request' && messages.items.size > 0) isExact = false
      else window = code === 'too_long' ? await halfOf(branch, window, counting) : undefined
      if (!window) throw error
      recording.restart()
    }
  }
}

const SUMMARY = 'reasoning.summary'
/** Gateways whose upstream tells nobody what its models think: OpenAI does so for organisations that it has verified. */
const withoutSummaries = new Set<string>()

/** The tools that a conversation has switched on, as far as site and model have them. */
async function toolsFor(
  gateway: ChatGateway,
  { tools = [] }: ConversationSettings,
  keep: KeepMade | undefined,
  facts: () => Promise<ModelFacts>,
): Promise<HostedTool[]> {
  const wanted = tools.filter(
    (tool) => gateway.tools?.includes(tool) && (tool !== 'image_generation' || keep),
  )
  return wanted.length > 0 && hasHostedTools(await facts()) ? wanted : []
}

interface Sent extends SentMessages {
  /** What the answer has already. */
  parts: readonly Part[]
  tools: readonly HostedTool[]
  keep: KeepMade | undefined
}

async function* askOnce(
  gateway: ChatGateway,
  modelId: string,
  { instructions, temperature, reasoningEffort }: ConversationSettings,
  { messages, items, parts, tools, keep }: Sent,
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const recorded = recording.through(gateway.fetch)
  const doFetch = tools.includes('image_generation') ? withFailedImages(recorded) : recorded
  const options: LanguageModelV4CallOptions = {
    prompt: instructions ? [{ role: 'system', content: instructions }, ...messages] : messages,
    temperature,
    ...(tools.length > 0 && { tools: providerTools(tools) }),
    includeRawChunks: gateway.api === 'responses',
    abortSignal: signal,
    // The site keeps conversations itself; nothing is to be stored at OpenAI on its behalf.
    providerOptions: {
      openai: {
        store: false,
        ...(reasoningEffort && { reasoningEffort }),
        ...(reasons(gateway, modelId) && {
          forceReasoning: true,
          ...(!withoutSummaries.has(gateway.baseUrl) && { reasoningSummary: 'auto' }),
        }),
      },
      gateway: { ...(reasoningEffort && { reasoningEffort }) },
    },
  }
  const answer = new AnswerStream(parts, keep)
  try {
    // Not `streamText`: what it adds (steps, tools that run here, retries) has no use here and comes before the first word.
    const { stream } = await createChatModel(gateway, modelId, withItems(doFetch, items)).doStream(options)
    for await (const part of stream) {
      if (isWords(part)) recording.heard()
      yield* answer.read(part)
      if (part.type === 'response-metadata' && part.modelId)
        recording.modelAnswered = nameOfModel(part.modelId)
      else if (part.type === 'error') throw part.error
      else if (part.type === 'finish') {
        recording.modelAnswered ??= modelId
        recording.usage = part.usage
        yield { type: 'finish', finish: finishOf(part.finishReason) }
      }
    }
    signal.throwIfAborted()
  } catch (error) {
    yield* answer.breakOff()
    throw error
  }
}

const isWords = (part: StreamPart) =>
  (part.type === 'text-delta' || part.type === 'reasoning-delta') && part.delta !== ''

/** As upstream names it, without what a database's texts cannot hold: an answer must not be lost for that. */
const nameOfModel = (id: string) => id.replace(/\p{Cc}/gu, '').slice(0, 200)

/** Whether a model is known to think. Known without asking, which would be done for each question. */
const reasons = ({ offer }: ChatGateway, modelId: string): boolean =>
  offer?.named.find(({ id }) => id === modelId)?.reasoning ?? openAiFacts(modelId).reasoning ?? false

function finishOf({ unified, raw }: LanguageModelV4FinishReason) {
  if (unified === 'content-filter') return 'refused'
  // Without upstream's own word the connection just closed.
  if (raw === undefined && unified !== 'stop' && unified !== 'tool-calls') return 'cut'
  return 'complete'
}
