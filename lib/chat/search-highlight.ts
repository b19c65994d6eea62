import { foldText } from '../db/search-text.ts'
import type { Highlighted } from './contract.ts'

/** About two lines of a list. */
const SNIPPET_CHARS = 120
/** What a snippet shows before its first match. */
const LEAD_CHARS = 32
/** How far a cut moves so as not to go through a word. */
const WORD_CHARS = 14

type Range = [from: number, to: number]

/** A whole text with the places where it has the terms (folded, see `foldText`). */
export function highlight(text: string, terms: readonly string[]): Highlighted {
  return { text, ranges: findRanges(text, terms) }
}

/** The piece of a text around the first place where it has one of the terms, on one line; undefined where it has none. */
export function snippetOf(text: string, terms: readonly string[]): Highlighted | undefined {
  const block = blockWith(text, terms)
  if (block === undefined) return undefined
  const ranges = findRanges(text.slice(block, block + BLOCK_CHARS + OVERLAP_CHARS), terms).map(
    ([from, to]): Range => [block + from, block + to],
  )
  const [first = 0, firstEnd = 0] = ranges[0] ?? []
  const from = cutBefore(text, Math.max(0, first - LEAD_CHARS))
  const to = cutBefore(text, Math.min(text.length, Math.max(from + SNIPPET_CHARS, firstEnd)))
  const start = from > 0 ? '…' : ''
  const shift = from - start.length
  return {
    text: `${start}${text.slice(from, to).trimEnd()}${to < text.length ? '…' : ''}`.replace(/\s/gu, ' '),
    ranges: ranges.flatMap(([a, b]): Range[] => (b <= to ? [[a - shift, b - shift]] : [])),
  }
}

/** A long text is folded in blocks until one has a match; only that one is looked at character by character. */
const BLOCK_CHARS = 2_000
/** At least the length of the longest term, which may lie across two blocks. */
const OVERLAP_CHARS = 400

function blockWith(text: string, terms: readonly string[]): number | undefined {
  for (let from = 0; from < text.length; from += BLOCK_CHARS) {
    const folded = foldText(text.slice(from, from + BLOCK_CHARS + OVERLAP_CHARS))
    if (terms.some((term) => folded.includes(term))) return from
  }
}

/** Where a text has the terms, in order and without overlaps, as UTF-16 offsets. */
function findRanges(text: string, terms: readonly string[]): Range[] {
  const { folded, originAt } = foldWithOrigins(text)
  const found: Range[] = []
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      found.push([originAt(at), originAt(at + term.length, 'end')])
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const merged: Range[] = []
  for (const [from, to] of found) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** What folds on its own: a character with its marks, or a Hangul syllable in pieces. */
const CLUSTER = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]+|\P{M}\p{M}*|\p{M}+/gsu

/** The folded text, and for each place in it the place in the text it came from. */
function foldWithOrigins(text: string) {
  let folded = ''
  const starts: number[] = []
  const ends: number[] = []
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const piece = isPlain(cluster) ? cluster.toLowerCase() : foldText(cluster) || ' '
    folded += piece
    for (let at = 0; at < piece.length; at++) {
      starts.push(index)
      ends.push(index + cluster.length)
    }
  }
  const originAt = (at: number, side: 'start' | 'end' = 'start') =>
    (side === 'start' ? starts[at] : ends[at - 1]) ?? text.length
  return { folded, originAt }
}

/** Most of what there is: one character of ASCII or a Chinese one, which folding changes in its case at most. */
function isPlain(cluster: string): boolean {
  const code = cluster.charCodeAt(0)
  return cluster.length === 1 && ((code > 0x20 && code < 0x7f) || (code >= 0x4e00 && code <= 0x9fff))
}

/** The next good place to cut, at `at` or a little before: a space, else between characters. */
function cutBefore(text: string, at: number): number {
  if (at === 0 || at === text.length) return at
  const space = text.slice(Math.max(0, at - WORD_CHARS), at).search(/\s\S*$/u)
  if (space >= 0) return Math.max(0, at - WORD_CHARS) + space + 1
  let cut = at
  while (cut > 0 && /^(?:\p{M}|[\udc00-\udfff])/u.test(text.slice(cut, cut + 2))) cut--
  return cut
}
