import type { Model, ModelFacts, ModelOffer } from '../chat/model-facts.ts'
import { readBy } from '../setting-kinds.ts'

/** Which models people may choose in the chat. A group of `lib/config.ts`, which spreads it in. */

const ITEM = /^([^\s=()]+)(?:\s*=\s*([^=()]+?))?(?:\s*\(([^()]*)\))?$/
const CONTEXT_UNITS = { '': 1, k: 1_000, m: 1_000_000 } as const

/**
 * Reads `id=Name (vision tools 128k 0.25/2), other-id, *`. In brackets stand capabilities (`no-vision` denies one), the
 * context in tokens, and the price of a million tokens read and written, in US dollars. Throws a RangeError.
 */
export function parseModels(text: string): ModelOffer {
  const items = text
    .split(/,(?![^(]*\))/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
  const named = items.filter((item) => item !== '*').map(parseItem)
  const twice = named.find(({ id }, index) => named.findIndex((other) => other.id === id) !== index)
  if (twice) throw new RangeError(`must name each model once; ${twice.id} is there twice`)
  if (items.length === 0) throw new RangeError('must name a model, or be * for all that upstream lists')
  return { named, others: items.includes('*') }
}

function parseItem(item: string): Model {
  const [, id, name, words = ''] = ITEM.exec(item) ?? []
  if (id === undefined || !/^[\x21-\x7e]{1,200}$/.test(id)) {
    throw new RangeError(
      `must be a list such as gpt-5.4=Clever (vision tools 400k), other-model, *; not ${item}`,
    )
  }
  const facts = words.split(/\s+/).filter(Boolean).map(parseWord)
  return Object.assign({ id, ...(name && { name }) }, ...facts)
}

function parseWord(word: string): ModelFacts {
  const [, denied, capability] = /^(no-)?(vision|pdf|reasoning|tools)$/.exec(word) ?? []
  if (capability) return { [capability]: denied === undefined }
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d+)?)([km]?)$/i.exec(word) ?? []
  if (count) {
    const factor = CONTEXT_UNITS[unit.toLowerCase() as keyof typeof CONTEXT_UNITS] // the pattern has no other unit
    return { contextTokens: Math.round(Number(count) * factor) }
  }
  const [, input, output] = /^\$?(\d{1,6}(?:\.\d+)?)\/\$?(\d{1,6}(?:\.\d+)?)$/.exec(word) ?? []
  if (input && output) return { price: { input: Number(input), output: Number(output) } }
  throw new RangeError(
    `must have in brackets vision, pdf, reasoning, tools, a context such as 128k or a price such as 0.25/2; not ${word}`,
  )
}

export const modelSettings = {
  MODELS: {
    schema: readBy(parseModels).optional(),
    meta: {
      group: 'upstream' as const,
      about:
        'Which models people may choose in the chat, comma-separated, the first for those who choose none (unless OPENAI_MODEL is set); `*` stands for all others that the upstream lists. A model may have a name and, in brackets, what it can do: `vision`, `pdf` (it reads PDFs as they are), `reasoning`, `tools` (or `no-vision` and so on), its context (`128k`), and its price in US dollars for a million tokens read and written (`0.25/2`).',
      fallback: 'all models for chat that the upstream lists',
      example: 'gpt-5.4=Thorough (400k), gpt-5.4-mini=Quick, *',
    },
  },
}
