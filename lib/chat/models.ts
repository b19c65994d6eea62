import type { ChatGateway } from './chat-gateway.ts'
import { resolveModelId } from './chat-model.ts'
import type { ModelSenses } from './files/model-files.ts'
import type { Model, ModelFacts, ModelsAnswer } from './model-facts.ts'
import { isForChat, openAiFacts } from './openai-models.ts'
import { type UpstreamModel, upstreamModels } from './upstream-models.ts'

/** Whether people may ask this model here. */
function isOffered({ offer, model }: Pick<ChatGateway, 'offer' | 'model'>, id: string): boolean {
  return !offer || offer.others || id === model || offer.named.some((named) => named.id === id)
}

/** A model was asked for that the operator does not offer. The message is public. */
export class ModelNotOffered extends Error {
  constructor(id: string) {
    super(`The operator of this site does not offer the model ${id}.`)
    this.name = 'ModelNotOffered'
  }
}

/** The model to ask: the one that was chosen, else that of the site. Throws {@link ModelNotOffered}, or as `resolveModelId` does. */
export async function chooseModelId(
  gateway: ChatGateway,
  chosen: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (chosen === undefined) return resolveModelId(gateway, signal)
  if (!isOffered(gateway, chosen)) throw new ModelNotOffered(chosen)
  return chosen
}

/**
 * The models people can choose from: the default, the operator's in the operator's order, then the newest. What the operator says of
 * one counts before what upstream says, and that before what is known of OpenAI's. Without upstream's list those remain
 * that are known without it.
 */
export async function listModels(gateway: ChatGateway, signal: AbortSignal): Promise<ModelsAnswer> {
  const { offer, model } = gateway
  const named = offer?.named ?? []
  const wantsOthers = offer?.others ?? true
  const listed = await upstreamModels(gateway, signal).catch((): UpstreamModel[] => [])
  const defaultId = model ?? named[0]?.id ?? listed[0]?.id ?? null
  const known = new Map<string, ModelFacts>(listed.map(({ created, ...facts }) => [facts.id, facts]))
  const own = new Map<string, ModelFacts>(named.map((one) => [one.id, one]))
  const ids = [...own.keys(), ...(wantsOthers ? othersOf(listed) : [])]
  if (defaultId !== null && !own.has(defaultId)) ids.unshift(defaultId)
  const models = [...new Set(ids)].map((id) => ({ ...openAiFacts(id), ...known.get(id), ...own.get(id), id }))
  return { models, defaultId, isIncomplete: wantsOthers && listed.length === 0 }
}

/** What is known of a model; see {@link listModels} for whose word counts. */
export async function factsOf(gateway: ChatGateway, id: string, signal: AbortSignal): Promise<ModelFacts> {
  const listed = await upstreamModels(gateway, signal).catch((): UpstreamModel[] => [])
  return {
    ...openAiFacts(id),
    ...listed.find((model) => model.id === id),
    ...gateway.offer?.named.find((model) => model.id === id),
  }
}

/** What a model of these facts can be sent, as far as it is known. */
export function sensesOf(gateway: ChatGateway, { vision, pdf }: ModelFacts): ModelSenses {
  // Servers that speak chat completions rarely read PDFs; OpenAI's own models do where they see.
  return { vision, pdf: pdf ?? (gateway.api === 'responses' && vision === true) }
}

/** Newest first. A snapshot is left out where the model it is one of is there: people would not know which to take. */
function othersOf(listed: readonly UpstreamModel[]): string[] {
  const ids = new Set(listed.map(({ id }) => id))
  return listed
    .filter(({ id }) => isForChat(id) && !isSnapshot(id, ids))
    .toSorted((one, other) => other.created - one.created)
    .map(({ id }) => id)
}

function isSnapshot(id: string, ids: ReadonlySet<string>): boolean {
  const base = /^(.+)-(\d{4}-\d{2}-\d{2}|\d{4})$/.exec(id)?.[1]
  return base !== undefined && ids.has(base)
}

/** The list without the models that a person may not ask. The default stays, marked, so that its absence is no riddle. */
export function withoutForbidden(answer: ModelsAnswer, mayAsk: (id: string) => boolean): ModelsAnswer {
  const models = answer.models.flatMap((model): Model[] => {
    if (mayAsk(model.id)) return [model]
    return model.id === answer.defaultId ? [{ ...model, isForbidden: true }] : []
  })
  return { ...answer, models }
}
