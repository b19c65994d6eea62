import { createHash } from 'node:crypto'
import type { Call } from './call.ts'
import { isRefusal, missingParameter, modelNotFound, newId, parseJsonObject } from './openai-shapes.ts'
import { countTokens } from './pieces.ts'

const DIMENSIONS: Record<string, number> = {
  'tain-demo': 1536,
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
}
const MAX_DIMENSIONS = 3072

/** A unit vector that depends on nothing but the text. */
function embed(text: string, dimensions: number): number[] {
  const values: number[] = []
  for (let block = 0; values.length < dimensions; block++) {
    const digest = createHash('sha256').update(`${block} ${text}`).digest()
    for (let at = 0; at < digest.length && values.length < dimensions; at += 2) {
      values.push(digest.readInt16LE(at) / 32_768)
    }
  }
  const length = Math.hypot(...values) || 1
  return values.map((value) => value / length)
}

const base64Floats = (values: number[]): string =>
  Buffer.from(new Float32Array(values).buffer).toString('base64')

const asTexts = (input: unknown): string[] => {
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input]
  return inputs.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
}

/** `POST /v1/embeddings` */
export async function createEmbedding({ request, reply, json }: Call): Promise<void> {
  const body = parseJsonObject(await request.body)
  if (isRefusal(body)) return reply.refuse(body)
  if (typeof body.model !== 'string') return reply.refuse(missingParameter('model'))
  const usual = DIMENSIONS[body.model]
  if (usual === undefined) return reply.refuse(modelNotFound(body.model))
  if (body.input == null) return reply.refuse(missingParameter('input'))

  const wanted = typeof body.dimensions === 'number' ? body.dimensions : usual
  const dimensions = Math.min(MAX_DIMENSIONS, Math.max(1, Math.floor(wanted)))
  const texts = asTexts(body.input)
  const data = texts.map((text, index) => {
    const vector = embed(text, dimensions)
    return {
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? base64Floats(vector) : vector,
    }
  })
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)
  return json({
    object: 'list',
    data,
    model: body.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
]

function moderate(text: string) {
  const flagged = /\bkill\b|杀死|杀人/i.test(text)
  const each = <T>(value: (category: string) => T) =>
    Object.fromEntries(CATEGORIES.map((category) => [category, value(category)]))
  const applies = (category: string) => flagged && category === 'violence'
  return {
    flagged,
    categories: each(applies),
    category_scores: each((category) => (applies(category) ? 0.93 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  }
}

/** `POST /v1/moderations` */
export async function createModeration({ request, reply, json }: Call): Promise<void> {
  const body = parseJsonObject(await request.body)
  if (isRefusal(body)) return reply.refuse(body)
  if (body.input == null) return reply.refuse(missingParameter('input'))
  const model = typeof body.model === 'string' ? body.model : 'omni-moderation-latest'
  return json({ id: newId('modr-'), model, results: asTexts(body.input).map(moderate) })
}
