import { openEndOf } from './math-text.ts'

/** Signs at the end that are most likely the beginning of something, or its end. */
const SIGNS = /(?<![\\*_~])(?:[*_]{1,3}|~{1,2})$/
/** How a line begins that is an item, a heading or a rule, of which nothing else is there. */
const LINE = /(?<=\n)[ \t>]*(?:[-*+=]{1,3}|\d{1,9}[.)]?|#{1,6})[ \t]*$/
/** A link in brackets at the end is most likely a citation, which becomes a small number once it has arrived. */
const CITATION = /[ ]?[(（]\[[^\]\n]*(?:\](?:\([^)\s]*\)?[)）]?)?)?$/
/** A link, an image, a box to tick or the mark of a footnote. */
const BRACKET = /(?<!\\)(!?)\[([^[\]\n]*)(?:\](?:\([^)\s]*)?)?$/
/** The head of a table, until the line below it says for as many columns that it is one. */
const HEAD = /(?<=^|\n)(?<!\|[ \t]*\n)([ \t>]*\|[^\n]*)(?:\n([ \t>|:-]*))?$/

/**
 * A text that is being written, as far as it can be told what it is: formulas, heads of tables and single signs wait until they are
 * whole, links show their words, and code is closed. What is left for the library to close does not change its kind any more.
 */
export function growingText(text: string): string {
  const { isInFence, mathAt, code } = openEndOf(text)
  if (isInFence) return text
  if (mathAt !== undefined) return text.slice(0, mathAt)
  return closeCode(text, code)
    .replace(HEAD, (all, head: string, below: string | undefined) =>
      below !== undefined && rulesIn(below) >= columnsOf(head) ? all : '',
    )
    .replace(LINE, '')
    .replace(SIGNS, '')
    .replace(CITATION, '')
    .replace(BRACKET, (_, image: string, words: string) =>
      image || /^(?:[ xX]?$|\^)/.test(words) ? '' : `[${words}](streamdown:incomplete-link)`,
    )
}

function closeCode(text: string, opening: string | undefined): string {
  if (opening === undefined || opening.length > 2) return text
  return text.endsWith(opening) ? text.slice(0, -opening.length) : text + opening
}

const rulesIn = (row: string) => row.match(/-+/g)?.length ?? 0

const columnsOf = (row: string) =>
  row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/).length
