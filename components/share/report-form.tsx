import { ReportFields } from '#components/legal/report-fields.tsx'
import type { Locale } from '#lib/i18n/locale.ts'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'

/** With which any reader reports the page; folded away, and whole without a script. */
export function ReportForm({ action, locale, isSent }: { action: string; locale: Locale; isSent: boolean }) {
  const words = reportTexts[locale]
  if (isSent) {
    return (
      <p id="report" className="share-report report-sent" role="status">
        {words.sent}
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
