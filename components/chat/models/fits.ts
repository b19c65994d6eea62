import { type Model, modelTitle } from '#lib/chat/model-facts.ts'
import { hasAllWords } from '../find/has-all-words.ts'

/** Whether a model's name or id has every word of the query. */
export const fits = (model: Model, query: string): boolean =>
  hasAllWords(`${model.id} ${model.name ?? ''} ${modelTitle(model.id)}`, query)
