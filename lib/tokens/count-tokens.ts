import { setImmediate } from 'node:timers/promises'

/** About what OpenAI takes for a large image in high detail; most are less, and its bytes say nothing. */
export const IMAGE_TOKENS = 1_500

/**
 * How many tokens OpenAI's tokenizer makes of a text: exact for most, and about one in a hundred too many for text
 * without spaces, since long texts are counted in pieces. Models that are not OpenAI's count otherwise, so for them it is
 * an estimate. What looks like a special token is counted as the text it is.
 *
 * The vocabulary (some 80 MB in memory) is loaded by the first call. Other requests get their turn while it counts.
 */
export async function countTokens(text: string, model?: string): Promise<number> {
  if (text === '') return 0
  const { countTokens: countIn } = await vocabularyOf(model)
  let count = 0
  let pieces = 0
  for (let from = 0; from < text.length; ) {
    const to = endOfPiece(text, from)
    count += countIn(text.slice(from, to), PLAIN)
    from = to
    if (++pieces % PIECES_PER_TURN === 0) await setImmediate()
  }
  return count
}

const PLAIN = { disallowedSpecial: new Set<string>() }

/**
 * The tokenizer takes time by the square of a word's length: 100,000 characters of Chinese without a pause, which are
 * one word to it, took 84 seconds. In pieces of this size they take less than one.
 */
const MAX_PIECE_CHARS = 256
const PIECES_PER_TURN = 16

/** Before a space if there is one: these vocabularies count it to the word behind it. Never within a character. */
function endOfPiece(text: string, from: number): number {
  const most = from + MAX_PIECE_CHARS
  if (most >= text.length) return text.length
  const space = text.slice(from, most).search(/\s\S*$/)
  if (space > 0) return from + space
  return isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most
}

const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff

/** Models before GPT-4o, and embeddings. */
const OLDER_MODEL = /^(gpt-4(?!\.|o|\d)|gpt-3\.?5|text-embedding-)/

/** Node keeps what was imported. */
const vocabularyOf = (model = '') =>
  OLDER_MODEL.test(model)
    ? import('gpt-tokenizer/encoding/cl100k_base')
    : import('gpt-tokenizer/encoding/o200k_base')
