const TITLE_CHARS = 60
const MAX_TITLE_LENGTH = 1_000

/** A word that has begun at a title's end. Chinese has none, and may be cut anywhere. */
const LAST_WORD = /\s+[\p{Script=Latin}\p{N}'’-]{1,20}$/u
const OF_A_WORD = /^[\p{Script=Latin}\p{N}'’-]/u

/** The first line of a question, cut between words if one begins near the end, and always between what people see as characters. */
export function titleFromQuestion(text: string): string {
  // Control characters have no place in a title, and NUL has none in PostgreSQL.
  const line = (text.trim().split(/\s*\n/, 1)[0] ?? '').toWellFormed().replace(/\p{Cc}+/gu, ' ')
  let title = ''
  let count = 0
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    // One "character" may be thousands of combining marks.
    if (++count > TITLE_CHARS || title.length + segment.length > MAX_TITLE_LENGTH) {
      return `${(OF_A_WORD.test(segment) ? title.replace(LAST_WORD, '') : title).trimEnd()}…`
    }
    title += segment
  }
  return title
}
