import { createOpenAI, openai } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4, LanguageModelV4ProviderTool } from '@ai-sdk/provider'
import { type ChatGateway, ownKeyHeaders } from './chat-gateway.ts'
import type { HostedTool } from './hosted-tools.ts'
import { upstreamModels } from './upstream-models.ts'

/** A person would rather have another model's answer than none; the answer says which model wrote it. */
const FALLBACK = { 'x-tain-fallback': 'on' }
/** Nobody asked for it, so it is none of their messages; its tokens are counted. */
const ASIDE = { 'x-tain-aside': 'on' }

/**
 * A model of the AI SDK that talks to the gateway in the API the site is set to. `doFetch` makes its requests, and may look
 * at what passes. `isAside`: the site asks, beside what the person did.
 */
export function createChatModel(
  gateway: ChatGateway,
  modelId: string,
  doFetch: typeof fetch,
  { isAside = false } = {},
): LanguageModelV4 {
  const { baseUrl: baseURL, token: apiKey } = gateway
  const headers = { ...FALLBACK, ...(isAside && ASIDE), ...ownKeyHeaders(gateway) }
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

/** How often an image is shown while it is being made. Each costs about as much as a hundred tokens. */
const PARTIAL_IMAGES = 2

/** OpenAI's own tools as the SDK switches them on, under the names that parts of answers know them by. */
export function providerTools(tools: readonly HostedTool[]): LanguageModelV4ProviderTool[] {
  const { webSearch, codeInterpreter, imageGeneration } = openai.tools
  const all = {
    web_search: () => webSearch(),
    code_interpreter: () => codeInterpreter(),
    image_generation: () => imageGeneration({ partialImages: PARTIAL_IMAGES }),
  } satisfies Record<HostedTool, unknown>
  return tools.map((name) => {
    const { id, args } = all[name]()
    return { type: 'provider', name, id, args }
  })
}

/**
 * The model of whoever chose none: the operator's choice, else the first that upstream lists. Throws as
 * {@link upstreamModels} does.
 */
export async function resolveModelId(gateway: ChatGateway, signal: AbortSignal): Promise<string> {
  return gateway.model ?? (await upstreamModels(gateway, signal))[0]?.id ?? ''
}
