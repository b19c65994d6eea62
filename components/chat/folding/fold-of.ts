/** So many lines of a question are shown; those of `.bubble[data-folded]` in folding.css. */
const SHOWN_LINES = 12
/** Hiding fewer than this would not be worth a button. */
const HIDDEN_LINES = 3
/** Letters in a line of a question's bubble, an ideograph being two: where it has its full width, and on a phone. */
const WIDE_COLUMNS = 66
const NARROW_COLUMNS = 30

/** Where a question is folded: everywhere, only in narrow windows, or nowhere. */
export type Fold = 'everywhere' | 'narrow' | null

/**
 * Guesses from its letters whether a question is much higher than it should be, so that nothing has to be measured on the page. Reads no
 * more of a text than is shown of it.
 */
export function foldOf(text: string): Fold {
  if (isHigh(text, WIDE_COLUMNS)) return 'everywhere'
  return isHigh(text, NARROW_COLUMNS) ? 'narrow' : null
}

function isHigh(text: string, columns: number): boolean {
  let lines = 1
  let column = 0
  for (const letter of text) {
    const width = letter === '\n' ? 0 : widthOf(letter)
    column += width
    if (letter === '\n' || column > columns) {
      lines += 1
      column = width
    }
    if (lines >= SHOWN_LINES + HIDDEN_LINES) return true
  }
  return false
}

/** Ideographs, Hangul and pictures are about as wide as high. */
const widthOf = (letter: string) => (letter === '\t' ? 4 : letter >= '\u2e80' ? 2 : 1)
