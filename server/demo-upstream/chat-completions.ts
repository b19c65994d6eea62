import type { Call } from './call.ts'
import { promptTokens, type Turn, turnsOfMessages } from './conversation.ts'
import { requireModel } from './models.ts'
import {
  invalidType,
  isObject,
  isRefusal,
  type JsonObject,
  missingParameter,
  newId,
  parseJsonObject,
  type Refusal,
  refuse,
  standardHeaders,
  unixNow,
} from './openai-shapes.ts'
import { countTokens } from './pieces.ts'
import { collect, limited, speak } from './speech.ts'

interface ChatRequest {
  model: string
  turns: Turn[]
  stream: boolean
  includeUsage: boolean
  maxTokens: number
}

function parseChatRequest(body: JsonObject): ChatRequest | Refusal {
  const { messages, stream, stream_options: streamOptions } = body
  const model = requireModel(body.model)
  if (typeof model !== 'string') return model
  if (messages === undefined) return missingParameter('messages')
  if (!Array.isArray(messages)) return invalidType('messages', 'an array of objects')
  if (messages.length === 0) {
    return refuse(400, "Invalid 'messages': the array must not be empty.", 'messages', 'empty_array')
  }
  if (streamOptions != null && stream !== true) {
    return refuse(
      400,
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    )
  }
  if (body.n != null && body.n !== 1) {
    return refuse(400, 'The demo upstream gives one choice.', 'n', 'unsupported_value')
  }
  const limit = body.max_completion_tokens ?? body.max_tokens
  return {
    model,
    turns: turnsOfMessages(messages),
    stream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions.include_usage === true,
    maxTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
  }
}

export const chatUsage = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
})

interface Completion {
  id: string
  created: number
  model: string
}

type FinishReason = 'stop' | 'length'

export const chatCompletion = (
  { id, created, model }: Completion,
  content: string,
  finish: FinishReason,
  usage: ReturnType<typeof chatUsage>,
) => ({
  id,
  object: 'chat.completion' as const,
  created,
  model,
  choices: [
    {
      index: 0,
      message: { role: 'assistant' as const, content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: finish,
    },
  ],
  usage,
  service_tier: 'default' as const,
  system_fingerprint: 'fp_tain_demo',
})

/** A chunk with one choice. When usage was asked for, every chunk but the last has `usage: null`. */
export const chatChunk = (
  { id, created, model }: Completion,
  delta: { role?: 'assistant'; content?: string; refusal?: null },
  finish: FinishReason | null,
  includeUsage: boolean,
) => ({
  id,
  object: 'chat.completion.chunk' as const,
  created,
  model,
  service_tier: 'default' as const,
  system_fingerprint: 'fp_tain_demo',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...(includeUsage ? { usage: null } : {}),
})

/** The chunk after the last choice, sent only when usage was asked for. */
export const chatUsageChunk = (completion: Completion, usage: ReturnType<typeof chatUsage>) => ({
  ...chatChunk(completion, {}, null, false),
  choices: [],
  usage,
})

/** `POST /v1/chat/completions` */
export async function createChatCompletion(call: Call): Promise<void> {
  const { reply } = call
  const body = parseJsonObject(await call.request.body)
  const request = isRefusal(body) ? body : parseChatRequest(body)
  if (isRefusal(request)) return reply.refuse(request)

  const completion = { id: newId('chatcmpl-'), created: unixNow(), model: request.model }
  const inputTokens = promptTokens(request.turns, countTokens)
  const { pieces, state } = limited(speak(request.turns, call.speech(request.model)).text, request.maxTokens)
  const finish = (): FinishReason => (state.cutShort ? 'length' : 'stop')

  if (!request.stream) {
    const text = await collect(pieces)
    const answer = chatCompletion(completion, text, finish(), chatUsage(inputTokens, state.count))
    return reply.send(
      200,
      [['content-type', 'application/json'], ...standardHeaders()],
      JSON.stringify(answer),
    )
  }

  await reply.start(200, [['content-type', 'text/event-stream; charset=utf-8'], ...standardHeaders()])
  const send = (data: object) => reply.write(`data: ${JSON.stringify(data)}\n\n`)
  const { includeUsage } = request
  await send(chatChunk(completion, { role: 'assistant', content: '', refusal: null }, null, includeUsage))
  for await (const content of pieces) await send(chatChunk(completion, { content }, null, includeUsage))
  await send(chatChunk(completion, {}, finish(), includeUsage))
  if (includeUsage) await send(chatUsageChunk(completion, chatUsage(inputTokens, state.count)))
  await reply.write('data: [DONE]\n\n')
  await reply.end()
}
