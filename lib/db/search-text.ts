/**
 * What the search index is made of. A text is found by a term when the folded text contains the folded term, in any
 * script and from one character on. To find such texts without reading all of them, the index knows which grams
 * (pieces of one, two and three characters) each text has: a text without one of the term's grams cannot contain it.
 * Whoever changes this file adds a migration that indexes everything anew.
 */

/**
 * The form in which texts and terms are compared: compatibility forms, case and the kinds of white space make no
 * difference. Control characters, which PostgreSQL's texts cannot hold all of, count as white space.
 */
export function foldText(text: string): string {
  return (
    text
      .toWellFormed()
      .normalize('NFKC')
      .toLowerCase()
      // Lower case writes a sigma at the end of a word otherwise; a term ends elsewhere than its word.
      .replaceAll('ς', 'σ')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
  )
}

/** From here on a character says about as much as a word's piece: three of them together would be nearly unique. */
const FIRST_IDEOGRAPHIC = 0x2e80

/** All grams of a folded text, each once, as 32-bit hashes. Two grams may share one, so what is found is compared. */
export function gramsOf(folded: string): Set<number> {
  const grams = new Set<number>()
  for (const word of folded.split(' ')) {
    const points = codePoints(word)
    for (let at = 0; at < points.length; at++) {
      grams.add(hash(points, at, 1))
      if (at + 1 < points.length) grams.add(hash(points, at, 2))
      if (isAlphabetic(points, at)) grams.add(hash(points, at, 3))
    }
  }
  return grams
}

/** The fewest grams that together cover a folded term without white space: what a text must have to contain it. */
export function gramsOfTerm(term: string): Set<number> {
  const points = codePoints(term)
  if (points.length === 1) return new Set([hash(points, 0, 1)])
  const grams = new Set<number>()
  for (let at = 0; at + 1 < points.length; at++) {
    if (isAlphabetic(points, at)) grams.add(hash(points, at, 3))
    else if (at === 0 || !isAlphabetic(points, at - 1)) grams.add(hash(points, at, 2))
  }
  return grams
}

/** Stands in the index beside the grams of each of an owner's texts, so that nobody searches through those of others. */
export function gramOfOwner(owner: string): number {
  const points = codePoints(`owner ${owner}`)
  return hash(points, 0, points.length)
}

const codePoints = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0)

function isAlphabetic(points: readonly number[], at: number): boolean {
  for (let index = at; index < at + 3; index++) {
    if ((points[index] ?? FIRST_IDEOGRAPHIC) >= FIRST_IDEOGRAPHIC) return false
  }
  return true
}

/** FNV-1a over code points, as a signed integer of 32 bits, which is what both databases keep most compactly. */
function hash(points: readonly number[], from: number, length: number): number {
  let value = 0x811c9dc5 ^ length
  for (let at = from; at < from + length; at++) value = Math.imul(value ^ (points[at] ?? 0), 0x01000193)
  // Without this the last character would show in the lowest bits only.
  value ^= value >>> 15
  return Math.imul(value, 0x2c1b3c6d) | 0
}
