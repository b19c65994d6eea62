import type { AccountQuotaView, Quota, QuotaRole } from '#lib/accounts/quotas/quota.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { AccountPanel } from '../account-panel.tsx'
import { Found, inNumbers, SearchForm } from '../search-form.tsx'
import { QuotaEditor } from './quota-editor.tsx'

const ID = 'by-person'
const PATH = `/console/quotas#${ID}`

interface Props {
  /** The first of those who were found. */
  people: AccountQuotaView[]
  /** How many there are. */
  total: number
  /** What was looked for. */
  q: string
  roleQuotas: Partial<Record<QuotaRole, Quota>>
  texts: AccountTexts
  locale: Locale
}

/** The quotas of single people: those who have one of their own, and whoever is looked for. */
export function PeopleQuotas(props: Props) {
  const { people, total, q, roleQuotas, texts, locale } = props
  const words = quotaTexts[locale]
  const isSearch = q !== ''
  return (
    <AccountPanel id={ID} title={words.people}>
      <p>{total === 0 && !isSearch ? words.nobody : words.peopleText}</p>
      {(isSearch || total > people.length) && (
        <>
          <SearchForm key={q} action={PATH} q={q} words={texts.people} />
          <Found everybody={isSearch ? PATH : undefined} words={texts.people}>
            {foundInWords(props)}
          </Found>
        </>
      )}
      {people.map(({ id, role, name, email, quota, ofCode }) => (
        <QuotaEditor
          key={id}
          title={name}
          about={[email, texts.account.roles[role]].filter(Boolean).join(' · ')}
          quota={quota}
          endpoint={`/api/console/quotas/${id}`}
          none={words.asRole}
          inherited={{ ...roleQuotas[role], ...ofCode }}
          locale={locale}
          errors={texts.errors}
        />
      ))}
    </AccountPanel>
  )
}

function foundInWords({ people, total, q, texts, locale }: Props): string {
  const words = quotaTexts[locale]
  if (total === 0) return words.nobodyFound
  if (total === people.length) return inNumbers(total, texts.people.found, locale)
  const number = new Intl.NumberFormat(locale)
  return fill(q === '' ? words.firstOf : words.firstFound, {
    shown: number.format(people.length),
    total: number.format(total),
  })
}
