import { z } from 'zod'
import { parseJson } from '../parse-json.ts'

/** As much of an error's body as is looked at. OpenAI's errors are shorter; what is cut off is not understood. */
export const MAX_ERROR_BODY_BYTES = 8 * 1024

/** What an error says about itself, in lower case where it is a code; empty where it says nothing. */
export interface ErrorWords {
  code: string
  type: string
  message: string
}

const word = z.union([z.string(), z.number()]).transform(String).catch('')
const words = z.object({ code: word, type: word, message: word })

const body = z.object({ error: words })

const NO_WORDS: ErrorWords = { code: '', type: '', message: '' }

/** Reads an error's body, or the beginning of one. Never throws: what is not OpenAI's shape says nothing. */
export function errorWords(text: string | undefined): ErrorWords {
  if (!text) return NO_WORDS
  const json = parseJson(text)
  // OpenAI's shape; Google's compatible API puts it in an array.
  const parsed = body.safeParse(Array.isArray(json) ? json[0] : json)
  if (!parsed.success) return NO_WORDS
  const { code, type, message } = parsed.data.error
  return { code: code.toLowerCase(), type: type.toLowerCase(), message }
}
