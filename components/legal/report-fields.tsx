import { type ReactNode, useId } from 'react'
import type { Locale } from '#lib/i18n/locale.ts'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'
import { MAX_REPORT_CHARS, reportReasons } from '#lib/legal/report-reasons.ts'
import '#components/ui/field.css'
import '#components/ui/report.css'

/** What a report asks for, below what is said `about` it. With a script or without one. */
export function ReportFields({ locale, about }: { locale: Locale; about: ReactNode }) {
  const words = reportTexts[locale]
  const id = useId()
  return (
    <>
      <p className="report-about">{about}</p>
      <fieldset className="report-reasons">
        <legend>{words.reason}</legend>
        {reportReasons.map((reason) => (
          <label key={reason}>
            <input type="radio" name="reason" value={reason} required />
            {words.reasons[reason]}
          </label>
        ))}
      </fieldset>
      <label className="report-label" htmlFor={id}>
        {words.comment}
      </label>
      <textarea id={id} name="comment" className="field-box" rows={3} maxLength={MAX_REPORT_CHARS} />
    </>
  )
}
