import { type ModelMessage, streamText } from 'ai'
import { type ChatGateway, createChatModel, resolveModelId } from './chat-gateway.ts'
import type { Message } from './contract.ts'
import type { DeltaKind } from './live-runs.ts'
import type { RunRecording } from './run-recording.ts'

export type Generated =
  | { type: 'delta'; kind: DeltaKind; text: string }
  /** How upstream ended the answer. */
  | { type: 'finish'; finish: 'complete' | 'refused' | 'cut' }

/** Not every model goes on with an answer that is last in line, so it is asked to. */
const GO_ON =
  'Your answer above broke off. Continue it from exactly where it stopped: your next character is the one that comes after its last. Repeat nothing, add no introduction, and keep the language and the formatting it is in.'

/**
 * Asks the gateway for the last message of `branch` (root first): for an answer to the question before it, or for the rest
 * of that answer when a part is there. Yields what arrives, as it arrives, and notes it in `recording`. Throws what went
 * wrong upstream, and the abort of `signal`. A stream that ends without upstream's own finish is `cut`.
 */
export async function* generateAnswer(
  gateway: ChatGateway,
  branch: readonly Message[],
  recording: RunRecording,
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const modelId = await resolveModelId(gateway, signal)
  recording.modelAsked = modelId
  const result = streamText({
    model: createChatModel(gateway, modelId, recording.fetch),
    messages: toModelMessages(branch),
    abortSignal: signal,
    // The gateway decides about retries; two layers of them multiply.
    maxRetries: 0,
    // The site keeps conversations itself; nothing is to be stored at OpenAI on its behalf.
    providerOptions: { openai: { store: false } },
    onError: () => {}, // Errors are parts of the stream; the default would print them with their request.
  })
  for await (const part of result.stream) {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      recording.heard()
      yield { type: 'delta', kind: part.type === 'text-delta' ? 'text' : 'reasoning', text: part.text }
    } else if (part.type === 'finish-step') recording.modelAnswered = part.response.modelId
    else if (part.type === 'error') throw part.error
    else if (part.type === 'abort') signal.throwIfAborted()
    else if (part.type === 'finish') {
      recording.usage = part.totalUsage
      yield { type: 'finish', finish: finishOf(part) }
    }
  }
}

function finishOf(part: { finishReason: string; rawFinishReason: string | undefined }) {
  if (part.finishReason === 'content-filter') return 'refused'
  // Without upstream's own word the connection just closed.
  if (part.rawFinishReason === undefined && part.finishReason !== 'stop') return 'cut'
  return 'complete'
}

/** Questions and the text of answers; an answer without text (a failed one) has nothing to say. */
function toModelMessages(branch: readonly Message[]): ModelMessage[] {
  const messages = branch.flatMap((message): ModelMessage[] => {
    const text = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
    return text === '' ? [] : [{ role: message.role, content: text }]
  })
  return messages.at(-1)?.role === 'assistant' ? [...messages, { role: 'user', content: GO_ON }] : messages
}
