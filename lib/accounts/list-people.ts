import { newestFirst } from '../db/newest-first.ts'
import type { Database } from '../db/schema.ts'
import { viewOfAccount } from './accounts.ts'
import { matching } from './match-people.ts'
import { type PeoplePage, type PeopleQuery, peopleRoles } from './people-contract.ts'

/** Everybody with an account, for those who run the site: searched, filtered, a page at a time. */

const PAGE = 25

/** A page of those whom `query` asks for, newest first, and how many there are on all pages. Guests are nobody here. */
export async function listPeople(db: Database, query: PeopleQuery): Promise<PeoplePage> {
  const wanted = whoIsWanted(db, query)
  const [{ total }, { rows, older }] = await Promise.all([
    wanted.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow(),
    newestFirst(wanted.selectAll(), 'account', { size: PAGE, before: query.before }),
  ])
  return { people: rows.map(viewOfAccount), total: Number(total), older }
}

function whoIsWanted(db: Database, { q, role, state }: PeopleQuery) {
  let wanted = db.selectFrom('account').where('role', 'in', role ? [role] : peopleRoles)
  if (state !== undefined) wanted = wanted.where('disabled_at', state === 'open' ? 'is' : 'is not', null)
  for (const condition of matching(db, q)) wanted = wanted.where(condition)
  return wanted
}
