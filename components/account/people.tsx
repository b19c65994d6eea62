import type { Role } from '#lib/accounts/contract.ts'
import {
  type PeoplePage,
  type PeopleQuery,
  peopleRoles,
  peopleStates,
} from '#lib/accounts/people-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { Person } from './person.tsx'
import './people.css'

const PATH = '/console/people'

/** Whether somebody may be missing for another reason than the page. */
const isFiltered = ({ q, role, state }: PeopleQuery) => q !== '' || role !== undefined || state !== undefined

function pathOf({ q, role, state, before }: PeopleQuery): string {
  const query = new URLSearchParams({ ...(q && { q }), ...(role && { role }), ...(state && { state }) })
  if (before !== undefined) query.set('before', before)
  return query.size > 0 ? `${PATH}?${query}` : PATH
}

interface Props {
  page: PeoplePage
  query: PeopleQuery
  /** Of whoever looks. */
  myRole: Role
  texts: AccountTexts
  locale: Locale
}

/** A page of those who have an account, with a search above and the ways to the other pages below; neither needs scripts. */
export function PeopleList({ page, query, myRole, texts, locale }: Props) {
  const { people: words } = texts
  const isFirst = query.before === undefined
  return (
    <>
      {(page.total > 1 || isFiltered(query)) && <PeopleSearch query={query} texts={texts} />}
      <p className="people-count">
        <Total page={page} query={query} words={words} locale={locale} />
        {isFiltered(query) && (
          <a className="quiet-link" href={PATH}>
            {words.everybody}
          </a>
        )}
      </p>
      {page.people.length > 0 && (
        <ul className="account-rows">
          {page.people.map((person) => (
            <Person key={person.id} person={person} myRole={myRole} texts={texts} />
          ))}
        </ul>
      )}
      {(page.older !== null || !isFirst) && (
        <nav className="people-pages" aria-label={words.pages}>
          {!isFirst && (
            <a className="button" href={pathOf({ ...query, before: undefined })}>
              {words.newest}
            </a>
          )}
          {page.older !== null && (
            <a className="button" rel="next" href={pathOf({ ...query, before: page.older })}>
              {words.older}
            </a>
          )}
        </nav>
      )}
    </>
  )
}

function Total({
  page: { total, people },
  query,
  words,
  locale,
}: Pick<Props, 'page' | 'query' | 'locale'> & { words: AccountTexts['people'] }) {
  if (total === 0) return words.nobody
  if (people.length === 0) return words.noMore
  const forms = isFiltered(query) ? words.found : words.total
  const form = new Intl.PluralRules(locale).select(total) === 'one' ? forms.one : forms.other
  return fill(form, { count: new Intl.NumberFormat(locale).format(total) })
}

function PeopleSearch({ query, texts: { people: words, account } }: Pick<Props, 'query' | 'texts'>) {
  // A form keeps what was typed in it when only its defaults change.
  const key = pathOf({ ...query, before: undefined })
  return (
    <search aria-label={words.search}>
      <form key={key} className="people-search" method="get" action={PATH}>
        <div className="account-field people-query">
          <label htmlFor="people-q">{words.nameOrEmail}</label>
          <input
            id="people-q"
            type="search"
            name="q"
            defaultValue={query.q}
            maxLength={254}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </div>
        <div className="account-field">
          <label htmlFor="people-role">{words.roleFilter}</label>
          <select id="people-role" name="role" defaultValue={query.role ?? ''}>
            <option value="">{words.anyRole}</option>
            {peopleRoles.map((role) => (
              <option key={role} value={role}>
                {account.roles[role]}
              </option>
            ))}
          </select>
        </div>
        <div className="account-field">
          <label htmlFor="people-state">{words.stateFilter}</label>
          <select id="people-state" name="state" defaultValue={query.state ?? ''}>
            <option value="">{words.anyState}</option>
            {peopleStates.map((state) => (
              <option key={state} value={state}>
                {words.states[state]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="button">
          {words.find}
        </button>
      </form>
    </search>
  )
}
