/** Case, width and how a system composes its accents make no difference to somebody who looks for something. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** Whether `text` has every word of `query`, anywhere; so has every text those of an empty one. */
export function hasAllWords(text: string, query: string): boolean {
  const folded = fold(text)
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}
