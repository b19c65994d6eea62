/** The value of the top-level `model` in a JSON object, and where it stands, quotes included. */
interface ModelField {
  model: string
  from: number
  to: number
}

/** The model that a JSON body asks for; undefined when it is no JSON object that names exactly one. */
export function modelIn(body: Uint8Array): string | undefined {
  return fieldIn(body)?.model
}

/**
 * The model that the beginning of a JSON body names, if it comes that far: a glance, where a wrong answer costs little.
 * {@link modelIn} is the careful one.
 */
export function modelAtStart(beginning: Uint8Array): string | undefined {
  if (beginning[pastSpace(beginning, 0)] !== OPENING_BRACE) return undefined
  try {
    const model = findField(beginning)?.model
    return model !== undefined && model.length <= MAX_MODEL_CHARS ? model : undefined
  } catch {
    // It was cut off within a string, or is not JSON.
    return undefined
  }
}

/** Names are remembered, so they are bounded; OpenAI's longest, fine-tuned ones have about 80. */
const MAX_MODEL_CHARS = 128

/** The same body with another model, every other byte as it was; undefined as for {@link modelIn}. */
export function withModel(body: Uint8Array, model: string): Uint8Array | undefined {
  const field = fieldIn(body)
  if (!field) return undefined
  const value = new TextEncoder().encode(JSON.stringify(model))
  const replaced = new Uint8Array(field.from + value.length + body.length - field.to)
  replaced.set(body.subarray(0, field.from))
  replaced.set(value, field.from)
  replaced.set(body.subarray(field.to), field.from + value.length)
  return replaced
}

const [QUOTE, BACKSLASH, COLON] = ['"', '\\', ':'].map((char) => char.charCodeAt(0))
const OPENING_BRACE = '{'.charCodeAt(0)
const OPENING = new Set(['{', '['].map((char) => char.charCodeAt(0)))
const CLOSING = new Set(['}', ']'].map((char) => char.charCodeAt(0)))
const SPACE = new Set([' ', '\t', '\n', '\r'].map((char) => char.charCodeAt(0)))

/**
 * Walks over the bytes, strings as wholes. Of valid JSON that is enough: a string before a colon is a name. Two of the
 * same name mean different things to different readers, so then nothing is found.
 */
const fieldIn = (body: Uint8Array) => (isJsonObject(body) ? findField(body) : undefined)

function findField(body: Uint8Array): ModelField | undefined {
  let found: ModelField | undefined
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0
    if (OPENING.has(byte)) depth++
    else if (CLOSING.has(byte)) depth--
    else if (byte === QUOTE) {
      const end = endOfString(body, at)
      const colon = pastSpace(body, end)
      const isName = depth === 1 && body[colon] === COLON
      if (isName && textOf(body, at, end) === 'model') {
        const from = pastSpace(body, colon + 1)
        if (found || body[from] !== QUOTE) return undefined
        const to = endOfString(body, from)
        found = { model: textOf(body, from, to), from, to }
      }
      at = isName ? colon : end - 1
    }
  }
  return found
}

function isJsonObject(body: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Past the closing quote. */
function endOfString(body: Uint8Array, from: number): number {
  let at = from + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at + 1
}

function pastSpace(body: Uint8Array, from: number): number {
  let at = from
  while (SPACE.has(body[at] ?? 0)) at++
  return at
}

const textOf = (body: Uint8Array, from: number, to: number) =>
  String(JSON.parse(new TextDecoder().decode(body.subarray(from, to))))
