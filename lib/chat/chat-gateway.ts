import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from 'ai'
import { z } from 'zod'
import { boundResponse } from './bounded-response.ts'
import { parseJson } from './parse-json.ts'

/** The gateway as the chat sees it: an OpenAI-compatible base URL and short-lived tokens, never a key. */
export interface ChatGateway {
  /** Ends in `/v1`. */
  baseUrl: string
  api: 'responses' | 'chat'
  /** The model to ask; undefined means the first one that the upstream lists. */
  model: string | undefined
  token: () => Promise<string>
}

/** A person would rather have another model's answer than none; the answer says which model wrote it. */
const headers = { 'x-tain-fallback': 'on' }

/**
 * A model of the AI SDK that talks to the gateway in the API the site is set to. `doFetch` makes its requests, and may look
 * at what passes.
 */
export function createChatModel(gateway: ChatGateway, modelId: string, doFetch: typeof fetch): LanguageModel {
  const { baseUrl: baseURL, token: apiKey } = gateway
  if (gateway.api === 'responses') {
    return createOpenAI({ baseURL, apiKey, headers, fetch: doFetch }).responses(modelId)
  }
  // Not `openai.chat()`, which drops the `reasoning_content` that many compatible servers send.
  return createOpenAICompatible({
    name: 'gateway',
    baseURL,
    apiKey,
    headers,
    fetch: doFetch,
    includeUsage: true,
  }).chatModel(modelId)
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })).min(1) })

/** The gateway answered the question for its models with something else than a list. */
export class ModelListError extends Error {
  readonly statusCode: number
  readonly responseBody: string
  constructor(statusCode: number, responseBody: string) {
    super(`The upstream's list of models could not be read (status ${statusCode}).`)
    this.name = 'ModelListError'
    this.statusCode = statusCode
    this.responseBody = responseBody
  }
}

const firstModels = new Map<string, string>()

/**
 * The model to ask: the operator's choice, else the first that the upstream lists, asked for once per process. Throws
 * {@link ModelListError}, or what `fetch` throws.
 */
export async function resolveModelId(gateway: ChatGateway, signal: AbortSignal): Promise<string> {
  const known = gateway.model ?? firstModels.get(gateway.baseUrl)
  if (known) return known
  const authorization = `Bearer ${await gateway.token()}`
  const headers = { authorization, 'accept-encoding': 'identity' }
  const response = await boundResponse(await fetch(`${gateway.baseUrl}/models`, { headers, signal }))
  const body = await response.text()
  const parsed = response.ok ? modelList.safeParse(parseJson(body)) : undefined
  const first = parsed?.data?.data[0]?.id
  if (first === undefined) throw new ModelListError(response.status, body)
  firstModels.set(gateway.baseUrl, first)
  return first
}
