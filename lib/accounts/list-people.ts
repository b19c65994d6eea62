import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../db/dialect-of.ts'
import type { Database } from '../db/schema.ts'
import { viewOfAccount } from './accounts.ts'
import { type PeoplePage, type PeopleQuery, peopleRoles } from './people-contract.ts'

/** Everybody with an account, for those who run the site: searched, filtered, a page at a time. */

const PAGE = 25
/** More words than this find nobody else. */
const MAX_WORDS = 8

/** A page of those whom `query` asks for, newest first, and how many there are on all pages. Guests are nobody here. */
export async function listPeople(db: Database, query: PeopleQuery): Promise<PeoplePage> {
  const wanted = whoIsWanted(db, query)
  const counted = wanted.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow()
  let rows = wanted
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE + 1)
  if (query.before !== undefined) {
    const [at = '', id = ''] = query.before.split('.')
    rows = rows.where((eb) =>
      eb.or([
        eb('created_at', '<', Number(at)),
        eb.and([eb('created_at', '=', Number(at)), eb('id', '<', id)]),
      ]),
    )
  }
  const [{ total }, found] = await Promise.all([counted, rows.execute()])
  const last = found.length > PAGE ? found[PAGE - 1] : undefined
  return {
    people: found.slice(0, PAGE).map(viewOfAccount),
    total: Number(total),
    older: last ? `${last.created_at}.${last.id}` : null,
  }
}

function whoIsWanted(db: Database, { q, role, state }: PeopleQuery) {
  let wanted = db.selectFrom('account').where('role', 'in', role ? [role] : peopleRoles)
  if (state !== undefined) wanted = wanted.where('disabled_at', state === 'open' ? 'is' : 'is not', null)
  for (const word of q.split(' ').filter(Boolean).slice(0, MAX_WORDS)) {
    wanted = wanted.where(contains(db, word))
  }
  return wanted
}

/**
 * Whether name or address contain the word, in upper or lower case of any script. Both databases know pieces like `[жЖ]`,
 * and read them alike wherever they run; what they take for lower case is ASCII in SQLite, and in PostgreSQL a matter of
 * the locale with which the database was made.
 */
function contains(db: Database, word: string): RawBuilder<boolean> {
  const pieces = Array.from(word, casesOf)
  if (dialectOf(db) === 'sqlite') {
    const pattern = `*${pieces.map((cases) => pieceOf(cases, /[*?[]/, (sign) => `[${sign}]`)).join('')}*`
    return sql<boolean>`(name glob ${pattern} or email glob ${pattern})`
  }
  const pattern = pieces.map((cases) => pieceOf(cases, /[\\^$.|?*+()[\]{}]/, (sign) => `\\${sign}`)).join('')
  return sql<boolean>`(name ~ ${pattern} or email ~ ${pattern})`
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
