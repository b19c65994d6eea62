import type { Locale } from '#lib/i18n/locale.ts'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'
import { reportReasons } from '#lib/legal/report-reasons.ts'
import '#components/ui/field.css'
import '#components/ui/report.css'

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
        <p className="report-about">{words.shareAbout}</p>
        <fieldset className="report-reasons">
          <legend>{words.reason}</legend>
          {reportReasons.map((reason) => (
            <label key={reason}>
              <input type="radio" name="reason" value={reason} required />
              {words.reasons[reason]}
            </label>
          ))}
        </fieldset>
        <label className="report-label" htmlFor="report-comment">
          {words.comment}
        </label>
        <textarea id="report-comment" name="comment" className="field-box" rows={3} maxLength={2000} />
        <div className="report-end">
          <button type="submit" className="button">
            {words.send}
          </button>
        </div>
      </form>
    </details>
  )
}
