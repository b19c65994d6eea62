import { type Model, modelTitle } from '#lib/chat/model-facts.ts'

/** Whether a model's name or id has every word of the query. */
export function fits(model: Model, query: string): boolean {
  const text = `${model.id} ${model.name ?? ''} ${modelTitle(model.id)}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
