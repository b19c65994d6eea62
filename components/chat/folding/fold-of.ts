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
  const limit = SHOWN_LINES + HIDDEN_LINES
  let wide = 1
  let narrow = 1
  let column = 0
  let narrowColumn = 0
  for (const letter of text) {
    if (letter === '\n') {
      wide += 1
      narrow += 1
      column = 0
      narrowColumn = 0
    } else {
      const width = widthOf(letter)
      column += width
      narrowColumn += width
      if (column > WIDE_COLUMNS) {
        wide += 1
        column = width
      }
      if (narrowColumn > NARROW_COLUMNS) {
        narrow += 1
        narrowColumn = width
      }
    }
    if (wide >= limit) return 'everywhere'
  }
  return narrow >= limit ? 'narrow' : null
}

/** Ideographs, Hangul and pictures are about as wide as high. */
const widthOf = (letter: string) => (letter === '\t' ? 4 : letter >= '\u2e80' ? 2 : 1)
