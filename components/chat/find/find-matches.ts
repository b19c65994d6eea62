/** A text in the form in which it is searched, and where each of its characters stands in the original. */
export interface Folded {
  text: string
  /** Original offsets, one for each character and one for the end; null when the two are the same. */
  offsets: readonly number[] | null
}

/** Letters that folding leaves alone but for their case: a fast way for nearly all texts. */
const PLAIN = /^[\0-\x7f\u3000-\u303e\u4e00-\u9fff\uff01\uff0c\uff1a\uff1b\uff1f]*$/

/** Without case, width and form (NFKC), and with one kind of space, so that what looks alike is found alike. */
export function fold(text: string): Folded {
  if (PLAIN.test(text)) return { text: foldPiece(text), offsets: null }
  const offsets: number[] = []
  let folded = ''
  let at = 0
  for (const character of text) {
    const piece = foldPiece(character)
    for (let unit = 0; unit < piece.length; unit++) offsets.push(at)
    folded += piece
    at += character.length
  }
  offsets.push(at)
  return { text: folded, offsets }
}

const foldPiece = (piece: string) =>
  piece
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\S\n]/g, ' ')

/** Where `query` stands in a folded text, as offsets of the original, in order and without overlaps. */
export function findMatches({ text, offsets }: Folded, query: string): [from: number, to: number][] {
  const wanted = fold(query.trim()).text
  if (wanted === '') return []
  const matches: [number, number][] = []
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const from = offsets?.[at] ?? at
    const last = at + wanted.length
    // A character that folds into several ends where the next begins.
    const to = offsets ? Math.max(offsets[last] ?? from, from + 1) : last
    matches.push([from, to])
  }
  return matches
}
