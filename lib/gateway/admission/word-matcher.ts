/**
 * Tells whether a text contains one of the words, whatever the case of ASCII letters. One step per character and no
 * more, whatever the words and the text: an automaton (Aho and Corasick, 1975) whose every transition is worked out
 * beforehand. A regular expression or a loop over `includes` can be made to read the text again and again.
 *
 * Words are of ASCII characters, else a RangeError is thrown; empty ones match nothing.
 */
export function createWordMatcher(words: readonly string[]): (text: string) => boolean {
  const rows = rowsOf(words.map((word) => word.toLowerCase()).filter(Boolean))
  return (text) => {
    let row = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      // Past ASCII nothing matches; character 0 leads to the beginning, as no word contains it.
      row = rows[row + (code < ASCII ? code : 0)] ?? 0
      if (row === FOUND) return true
    }
    return false
  }
}

const ASCII = 128
const FOUND = 0xffff_ffff

/**
 * One row of 128 transitions for each beginning of a word. A transition is where the next row starts, or FOUND. While
 * the table is built, 0 means "none"; afterwards it leads to the first row, the empty beginning.
 */
function rowsOf(words: readonly string[]): Uint32Array {
  if (words.some((word) => [...word].some((char) => char === '\0' || char > '\x7f'))) {
    throw new RangeError('words must be of ASCII characters')
  }
  const rows = new Uint32Array(ASCII * words.reduce((sum, word) => sum + word.length, 1))
  let used = ASCII
  for (const word of words) {
    let row = 0
    for (let i = 0; i < word.length; i++) {
      const edge = row + word.charCodeAt(i)
      if (rows[edge] === FOUND) break
      if (i === word.length - 1) {
        rows[edge] = FOUND
      } else {
        if (rows[edge] === 0) {
          rows[edge] = used
          used += ASCII
        }
        row = rows[edge] ?? 0
      }
    }
  }
  completeTransitions(rows)
  foldCase(rows)
  return rows
}

/** Where a word cannot go on, the longest beginning of a word that the text now ends with goes on. */
function completeTransitions(rows: Uint32Array): void {
  const fallbacks = new Map([[0, 0]])
  // Shorter beginnings come first, so a fallback is always complete already.
  for (const [row, fallback] of fallbacks) {
    for (let code = 0; code < ASCII; code++) {
      const next = rows[row + code] ?? 0
      const detour = row === 0 ? 0 : (rows[fallback + code] ?? 0)
      if (next === 0 || detour === FOUND) rows[row + code] = detour
      else if (next !== FOUND) fallbacks.set(next, detour)
    }
  }
}

function foldCase(rows: Uint32Array): void {
  for (let row = 0; row < rows.length; row += ASCII) {
    rows.copyWithin(row + 'A'.charCodeAt(0), row + 'a'.charCodeAt(0), row + 'z'.charCodeAt(0) + 1)
  }
}
