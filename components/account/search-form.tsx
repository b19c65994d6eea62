import type { ReactNode } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import './search-form.css'

interface Props {
  /** The page that shows what was found. */
  action: string
  /** What was looked for. */
  q: string
  /** Fields beside that of the name. */
  filters?: ReactNode
  words: AccountTexts['people']
}

/** Looks for people by name or address, without scripts. Give it a key of the query: a form keeps what was typed in it. */
export function SearchForm({ action, q, filters, words }: Props) {
  return (
    <search aria-label={words.search}>
      <form className="account-search" method="get" action={action}>
        <div className="account-field account-search-name">
          <label htmlFor="people-q">{words.nameOrEmail}</label>
          <input
            id="people-q"
            type="search"
            name="q"
            defaultValue={q}
            maxLength={254}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </div>
        {filters}
        <button type="submit" className="button">
          {words.find}
        </button>
      </form>
    </search>
  )
}

/** How many there are, as one says it. */
export function inNumbers(count: number, forms: { one: string; other: string }, locale: Locale): string {
  const form = new Intl.PluralRules(locale).select(count) === 'one' ? forms.one : forms.other
  return fill(form, { count: new Intl.NumberFormat(locale).format(count) })
}

/** What was found, in words, and the way back to everybody where not everybody is meant. */
export function Found({
  everybody,
  words,
  children,
}: {
  /** Where everybody is shown. */
  everybody: string | undefined
  words: AccountTexts['people']
  children: ReactNode
}) {
  return (
    <p className="account-found">
      <span>{children}</span>
      {everybody && (
        <a className="quiet-link" href={everybody}>
          {words.everybody}
        </a>
      )}
    </p>
  )
}
