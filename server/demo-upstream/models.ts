import type { Call } from './call.ts'
import { invalidType, missingParameter, modelNotFound, type Refusal } from './openai-shapes.ts'

/** 2026-01-01. */
const CREATED = 1_767_225_600

const model = (id: string) => ({ id, object: 'model' as const, created: CREATED, owned_by: 'tain' })

/** The first is the one a chat takes when it has no other wish. */
export const demoModels = [model('tain-demo'), model('tain-demo-fast')]

const FAST_FACTOR = 4

export const paceOf = (id: string, perSecond: number): number =>
  id === 'tain-demo-fast' ? perSecond * FAST_FACTOR : perSecond

/** The id of a model the demo has, or why it will not do. */
export function requireModel(id: unknown): string | Refusal {
  if (id === undefined || id === null || id === '') return missingParameter('model')
  if (typeof id !== 'string') return invalidType('model', 'a string')
  return demoModels.some((known) => known.id === id) ? id : modelNotFound(id)
}

/** `GET /v1/models` */
export const listModels = ({ json }: Call): Promise<void> => json({ object: 'list', data: demoModels })

/** `GET /v1/models/{id}` */
export function retrieveModel({ json, reply, param }: Call): Promise<void> {
  const found = demoModels.find(({ id }) => id === param)
  return found ? json(found) : reply.refuse(modelNotFound(param))
}
