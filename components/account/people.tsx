import type { Role } from '#lib/accounts/contract.ts'
import {
  type PeoplePage,
  type PeopleQuery,
  peopleRoles,
  peopleStates,
} from '#lib/accounts/people-contract.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { Person } from './person.tsx'
import { Found, inNumbers, SearchForm } from './search-form.tsx'
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
      <Found everybody={isFiltered(query) ? PATH : undefined} words={words}>
        <Total page={page} query={query} words={words} locale={locale} />
      </Found>
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
  return inNumbers(total, forms, locale)
}

function PeopleSearch({ query, texts }: Pick<Props, 'query' | 'texts'>) {
  const { people: words, account } = texts
  return (
    <SearchForm
      key={pathOf({ ...query, before: undefined })}
      action={PATH}
      q={query.q}
      words={words}
      filters={
        <>
          <Filter name="role" label={words.roleFilter} value={query.role} any={words.anyRole}>
            {peopleRoles.map((role) => [role, account.roles[role]])}
          </Filter>
          <Filter name="state" label={words.stateFilter} value={query.state} any={words.anyState}>
            {peopleStates.map((state) => [state, words.states[state]])}
          </Filter>
        </>
      }
    />
  )
}

function Filter(props: {
  name: string
  label: string
  value: string | undefined
  /** What not to filter is called. */
  any: string
  /** Values with their words. */
  children: [value: string, words: string][]
}) {
  const id = `people-${props.name}`
  return (
    <div className="account-field">
      <label htmlFor={id}>{props.label}</label>
      <select id={id} name={props.name} defaultValue={props.value ?? ''}>
        <option value="">{props.any}</option>
        {props.children.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}
