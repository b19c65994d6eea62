import { type ModelMessage, streamText } from 'ai'
import { type ChatGateway, createChatModel, resolveModelId } from './chat-gateway.ts'
import type { Message } from './contract.ts'
import type { DeltaKind } from './live-runs.ts'

export type Generated =
  | { type: 'delta'; kind: DeltaKind; text: string }
  /** How upstream ended the answer, and which model it says wrote it. */
  | { type: 'finish'; finish: 'complete' | 'refused' | 'cut'; model: string | undefined }

/**
 * Asks the gateway to continue `branch` (root first, a question last) and yields what arrives, as it arrives. Throws
 * what went wrong upstream, and the abort of `signal`. A stream that ends without upstream's own finish is `cut`.
 */
export async function* generateAnswer(
  gateway: ChatGateway,
  branch: readonly Message[],
  signal: AbortSignal,
): AsyncGenerator<Generated> {
  const modelId = await resolveModelId(gateway, signal)
  const result = streamText({
    model: createChatModel(gateway, modelId),
    messages: toModelMessages(branch),
    abortSignal: signal,
    // The gateway decides about retries; two layers of them multiply.
    maxRetries: 0,
    // The site keeps conversations itself; nothing is to be stored at OpenAI on its behalf.
    providerOptions: { openai: { store: false } },
    onError: () => {}, // Errors are parts of the stream; the default would print them with their request.
  })
  let model: string | undefined
  for await (const part of result.stream) {
    if (part.type === 'text-delta') yield { type: 'delta', kind: 'text', text: part.text }
    else if (part.type === 'reasoning-delta') yield { type: 'delta', kind: 'reasoning', text: part.text }
    else if (part.type === 'finish-step') model = part.response.modelId
    else if (part.type === 'error') throw part.error
    else if (part.type === 'abort') signal.throwIfAborted()
    else if (part.type === 'finish') yield { type: 'finish', finish: finishOf(part), model }
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
  return branch.flatMap((message) => {
    const text = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
    return text === '' ? [] : [{ role: message.role, content: text }]
  })
}
