import { z } from 'zod'
import { boundResponse } from './bounded-response.ts'
import type { ChatGateway } from './chat-gateway.ts'
import { ownKeyHeaders } from './chat-gateway.ts'
import type { Model, ModelFacts } from './model-facts.ts'
import { parseJson } from './parse-json.ts'

/** So long a list is believed: new models are rare. */
const KEPT_MS = 5 * 60_000

const positive = z.coerce.number().positive().optional().catch(undefined)
const words = z.array(z.string()).optional().catch(undefined)

/**
 * A model in the list. OpenAI tells its id alone; what others tell is read as OpenRouter (`context_length`,
 * `architecture`, `supported_parameters`, `pricing` in dollars for a token) and vLLM (`max_model_len`) name it.
 */
const listedModel = z.object({
  id: z.string().min(1),
  created: z.number().optional().catch(undefined),
  name: z.string().max(100).optional().catch(undefined),
  context_length: positive,
  max_model_len: positive,
  architecture: z.object({ input_modalities: words }).optional().catch(undefined),
  supported_parameters: words,
  pricing: z.object({ prompt: z.coerce.number(), completion: z.coerce.number() }).optional().catch(undefined),
})
const modelList = z.object({ data: z.array(listedModel).min(1) })

/** A model that upstream lists, and when it was made, in Unix seconds. */
export interface UpstreamModel extends Model {
  created: number
}

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

const lists = new Map<string, { models: UpstreamModel[]; until: number }>()

/**
 * The models that upstream lists, in its order, at least one. Kept for a while; a list that cannot be had anew is used
 * on. Another key may have other models, so that a person's own list is not kept. Throws {@link ModelListError}, or what `fetch` throws.
 */
export async function upstreamModels(gateway: ChatGateway, signal: AbortSignal): Promise<UpstreamModel[]> {
  if (gateway.ownKey !== undefined) return await fetchModels(gateway, signal)
  const kept = lists.get(gateway.baseUrl)
  if (kept && Date.now() < kept.until) return kept.models
  try {
    const models = await fetchModels(gateway, signal)
    lists.set(gateway.baseUrl, { models, until: Date.now() + KEPT_MS })
    return models
  } catch (error) {
    if (kept) return kept.models
    throw error
  }
}

async function fetchModels(gateway: ChatGateway, signal: AbortSignal): Promise<UpstreamModel[]> {
  const authorization = `Bearer ${await gateway.token()}`
  const headers = { ...ownKeyHeaders(gateway), authorization, 'accept-encoding': 'identity' }
  const response = await boundResponse(await gateway.fetch(`${gateway.baseUrl}/models`, { headers, signal }))
  const body = await response.text()
  const parsed = response.ok ? modelList.safeParse(parseJson(body)) : undefined
  if (!parsed?.success) throw new ModelListError(response.status, body)
  return parsed.data.data.map((model) => ({ id: model.id, created: model.created ?? 0, ...factsOf(model) }))
}

function factsOf(model: z.output<typeof listedModel>): ModelFacts {
  const {
    name,
    context_length,
    max_model_len,
    architecture,
    supported_parameters: parameters,
    pricing,
  } = model
  const contextTokens = context_length ?? max_model_len
  const inputs = architecture?.input_modalities
  return {
    ...(name !== undefined && { name }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(inputs && { vision: inputs.includes('image') }),
    ...(inputs?.includes('file') && { pdf: true }),
    ...(parameters && { tools: parameters.includes('tools'), reasoning: parameters.includes('reasoning') }),
    ...(pricing && { price: { input: pricing.prompt * 1e6, output: pricing.completion * 1e6 } }),
  }
}
