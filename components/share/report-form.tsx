import { ReportFields } from '#components/legal/report-fields.tsx'
import type { Locale } from '#lib/i18n/locale.ts'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'

export type ReportOutcome = 'sent' | 'too_many_reports'

interface Props {
  action: string
  locale: Locale
  /** Of the report that was just made. */
  outcome: ReportOutcome | undefined
}

/** With which any reader reports the page; folded away, and whole without a script. */
export function ReportForm({ action, locale, outcome }: Props) {
  const words = reportTexts[locale]
  if (outcome) {
    return (
      <p id="report" className="share-report report-sent" role={outcome === 'sent' ? 'status' : 'alert'}>
        {outcome === 'sent' ? words.sent : words.faults[outcome]}
      </p>
    )
  }
  return (
    <details id="report" className="share-report">
      <summary>{words.shareTitle}</summary>
      <form method="post" action={action}>
        <ReportFields locale={locale} about={words.shareAbout} />
        <div className="report-end">
          <button type="submit" className="button">
            {words.send}
          </button>
        </div>
      </form>
    </details>
  )
}
