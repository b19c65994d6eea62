/** Case, width and how a system composes its accents make no difference to somebody who looks for something. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** Whether `text` has every word of `query`, anywhere; so has every text those of an empty one. */
export function hasAllWords(text: string, query: string): boolean {
  const folded = fold(text)
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}

/** Where a word ends before the next begins; what is written without spaces has a word wherever it is looked for. */
const SPACED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u

/** As {@link hasAllWords}, where the words of `query` are the beginnings of those of `text`: "all" is not in "smallest". */
export function beginsAllWords(text: string, query: string): boolean {
  const folded = fold(text)
  const begins = (word: string) => {
    let at = folded.indexOf(word)
    if (!SPACED.test(word.charAt(0))) return at >= 0
    while (at > 0 && SPACED.test(folded.charAt(at - 1))) at = folded.indexOf(word, at + 1)
    return at >= 0
  }
  return fold(query).split(/\s+/).every(begins)
}
