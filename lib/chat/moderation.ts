import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { log } from '../log.ts'
import type { ChatGateway } from './chat-gateway.ts'
import { ownKeyHeaders } from './chat-gateway.ts'

/** Whether a question may be asked, as the operator wants it looked at. Nothing here keeps or logs what people write. */

export interface ModerationRules {
  /** Who looks: the upstream, or the operator's list alone. */
  by: 'upstream' | 'local'
  /** The list: in `upstream`, for when that cannot be asked. */
  wordsFile: string | undefined
  /** Whether a question that nobody could look at is asked. */
  isOpenOnFailure: boolean
}

/** `categories` are upstream's own names, or `words` for the list. */
export type Verdict =
  | { outcome: 'passed' | 'unchecked' | 'unavailable' }
  | { outcome: 'refused'; by: 'upstream' | 'local'; model: string | null; categories: readonly string[] }

const MODEL = 'omni-moderation-latest'
const TIMEOUT_MS = 8_000
/** A long question is looked at in pieces, which overlap so that nothing hides at a seam. */
const PIECE_CHARS = 20_000
const OVERLAP_CHARS = 500

/**
 * Looks at a question. `unchecked`: nobody could, and it may be asked all the same; `unavailable`: nobody could, and it may
 * not. Never rejects.
 */
export async function moderate(
  gateway: ChatGateway,
  { by, wordsFile, isOpenOnFailure }: ModerationRules,
  text: string,
): Promise<Verdict> {
  if (text.trim() === '') return { outcome: 'passed' }
  if (by === 'upstream') {
    try {
      const { model, categories } = await askUpstream(gateway, text)
      return verdictOf('upstream', categories, model)
    } catch (error) {
      log('warn', 'moderation_failed', { error })
    }
  }
  if (wordsFile !== undefined) {
    try {
      const found = findWord(text, readWords(await readFile(wordsFile, 'utf8')))
      return verdictOf('local', found ? ['words'] : [])
    } catch (error) {
      log('error', 'moderation_words_unreadable', { error })
    }
  }
  return { outcome: isOpenOnFailure ? 'unchecked' : 'unavailable' }
}

const verdictOf = (
  by: 'upstream' | 'local',
  categories: readonly string[],
  model: string | null = null,
): Verdict =>
  categories.length === 0 ? { outcome: 'passed' } : { outcome: 'refused', by, model, categories }

/** What is read of an answer of `/v1/moderations`. */
const moderationAnswer = z.object({
  /** Absent at some that are compatible. */
  model: z.string().max(200).optional(),
  results: z
    .array(z.object({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean().nullable()) }))
    .min(1),
})

interface Flagged {
  /** That looked at it. */
  model: string
  categories: string[]
}

/** What upstream flags. Throws when it cannot be asked or answers with something else. */
async function askUpstream(gateway: ChatGateway, text: string): Promise<Flagged> {
  const response = await gateway.fetch(`${gateway.baseUrl}/moderations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token()}`,
      'content-type': 'application/json',
      ...ownKeyHeaders(gateway),
    },
    body: JSON.stringify({ model: MODEL, input: piecesOf(text.toWellFormed()) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`the moderation answered ${response.status}`)
  }
  const { model = MODEL, results } = moderationAnswer.parse(await response.json())
  const flagged = results.filter((result) => result.flagged)
  const names = flagged.flatMap(({ categories }) =>
    Object.entries(categories).flatMap(([name, applies]) => (applies ? [name] : [])),
  )
  // Flagged without a category is flagged still.
  const categories = flagged.length > 0 && names.length === 0 ? ['other'] : [...new Set(names)]
  return { model, categories }
}

function piecesOf(text: string): string[] {
  const step = PIECE_CHARS - OVERLAP_CHARS
  const count = Math.max(1, Math.ceil((text.length - OVERLAP_CHARS) / step))
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * step, index * step + PIECE_CHARS).toWellFormed(),
  )
}

/** Case, width and runs of space do not tell texts apart; neither do characters that nobody sees. */
const fold = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')

/** A word or phrase a line; empty lines and those that begin with # are none. */
export function readWords(file: string): string[] {
  return file
    .split('\n')
    .map((line) => fold(line.trim()))
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Whether a text has one of the words. One that is written with spaces around it does not count inside another. */
export function findWord(text: string, words: readonly string[]): boolean {
  const folded = fold(text)
  return words.some((word) => {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      if (isWhole(folded, at, word)) return true
    }
    return false
  })
}

/** Letters of scripts that write words apart, and digits. */
const APART = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u

function isWhole(text: string, at: number, word: string): boolean {
  const isInside = (inner: string | undefined, outer: string | undefined) =>
    APART.test(inner ?? '') && APART.test(outer ?? '')
  return !isInside(word[0], text[at - 1]) && !isInside(word.at(-1), text[at + word.length])
}
