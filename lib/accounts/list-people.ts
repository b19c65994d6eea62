import type { Database } from '../db/schema.ts'
import { viewOfAccount } from './accounts.ts'
import { matching } from './match-people.ts'
import { type PeoplePage, type PeopleQuery, peopleRoles } from './people-contract.ts'

/** Everybody with an account, for those who run the site: searched, filtered, a page at a time. */

const PAGE = 25

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
  for (const condition of matching(db, q)) wanted = wanted.where(condition)
  return wanted
}
