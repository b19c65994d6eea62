import { daysIn } from '#lib/i18n/days.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { retentionTexts } from '#lib/i18n/rooms/retention.ts'
import { AccountPanel } from './account-panel.tsx'

/** Tells those who run the site what was erased lately because its time was over, and whether that works. */
export function RetentionPanel(props: {
  lastAt: number | null
  failedAt: number | null
  erased: Record<string, number>
  days: number
  locale: Locale
}) {
  const { lastAt, failedAt, erased, days, locale } = props
  const texts = retentionTexts[locale]
  const number = new Intl.NumberFormat(locale)
  const date = (at: number) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(at)
  const rows = Object.entries(texts.kinds).flatMap(([kind, label]) => {
    const count = erased[kind] ?? 0
    return count > 0 ? [{ kind, label, count }] : []
  })
  const last =
    lastAt === null ? texts.never : fill(texts.last, { days: daysIn(locale, days), date: date(lastAt) })
  return (
    <AccountPanel title={texts.title}>
      <p>{last}</p>
      {failedAt !== null && <p className="account-error">{fill(texts.failing, { date: date(failedAt) })}</p>}
      {lastAt !== null && rows.length === 0 && <p className="account-hint">{texts.nothing}</p>}
      {rows.length > 0 && (
        <dl className="erasure">
          {rows.map(({ kind, label, count }) => (
            <div key={kind}>
              <dt>{label}</dt>
              <dd>{number.format(count)}</dd>
            </div>
          ))}
        </dl>
      )}
    </AccountPanel>
  )
}
