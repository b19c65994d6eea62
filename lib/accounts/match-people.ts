import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../db/dialect-of.ts'
import type { Database } from '../db/schema.ts'

/** More words than this find nobody else. */
const MAX_WORDS = 8

/** What rows of `account` must fulfil so that each word of `q` is in the name or the e-mail address; nothing without words. */
export function matching(db: Database, q: string): RawBuilder<boolean>[] {
  const words = q.split(' ').filter(Boolean).slice(0, MAX_WORDS)
  return words.map((word) => contains(db, word))
}

/**
 * Whether name or address contain the word, with its accents composed or apart, as some systems write them: names are kept
 * composed, but earlier ones as they were typed. A name that mixes both is found by a word of one kind.
 */
function contains(db: Database, word: string): RawBuilder<boolean> {
  const forms = new Set([word.normalize('NFC'), word.normalize('NFD')])
  const found = [...forms].map((form) => containsExactly(db, form))
  return sql<boolean>`(${sql.join(found, sql` or `)})`
}

/**
 * In upper or lower case of any script. Both databases know pieces like `[жЖ]`, and read them alike wherever they run; what
 * they take for lower case is ASCII in SQLite, and in PostgreSQL a matter of the locale with which the database was made.
 */
function containsExactly(db: Database, word: string): RawBuilder<boolean> {
  const pieces = Array.from(word, casesOf)
  if (dialectOf(db) === 'sqlite') {
    const pattern = `*${pieces.map((cases) => pieceOf(cases, /[*?[]/, (sign) => `[${sign}]`)).join('')}*`
    return sql<boolean>`account.name glob ${pattern} or account.email glob ${pattern}`
  }
  const pattern = pieces.map((cases) => pieceOf(cases, /[\\^$.|?*+()[\]{}]/, (sign) => `\\${sign}`)).join('')
  return sql<boolean>`account.name ~ ${pattern} or account.email ~ ${pattern}`
}

/** A character as it may be written, each of them one character. */
function casesOf(character: string): string[] {
  const upper = character.toUpperCase()
  const cases = new Set([character, upper, character.toLowerCase(), upper.toLowerCase()])
  return [...cases].filter((written) => [...written].length === 1)
}

/** What stands in a pattern for one character; a sign with a meaning of its own there stands for itself. */
function pieceOf([only = '', ...others]: string[], signs: RegExp, quote: (sign: string) => string): string {
  if (others.length > 0) return `[${only}${others.join('')}]`
  return signs.test(only) ? quote(only) : only
}
