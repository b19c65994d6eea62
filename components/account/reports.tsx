'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useId, useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import type { ReportView } from '#lib/legal/report-contract.ts'
import { MAX_REPORT_CHARS, type ReportAction, reportActions } from '#lib/legal/report-reasons.ts'
import { sendJson } from './post-json.ts'
import '#components/ui/field.css'
import './reports.css'

interface Props {
  reports: readonly ReportView[]
  locale: Locale
  errors: AccountTexts['errors']
}

/** Reports, each with what it is about and what was, or is to be, done. */
export function ReportList({ reports, ...rest }: Props) {
  return (
    <ul className="reports">
      {reports.map((report) => (
        <Report key={report.id} report={report} {...rest} />
      ))}
    </ul>
  )
}

function Report({ report, locale, errors }: Omit<Props, 'reports'> & { report: ReportView }) {
  const words = reportQueueTexts[locale]
  // The server's time zone would be no one's.
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  const { shareId, isShared, decision, reporter, model } = report
  const by = reporter === null ? words.byNobody : fill(words.by, { name: reporter })
  return (
    <li>
      <h3>{words.reasons[report.reason]}</h3>
      <p className="report-facts">
        {[`${time.format(report.createdAt)} UTC`, by, model].filter(Boolean).join(' · ')}
        {' · '}
        {shareId === null && words.answer}
        {shareId !== null && isShared && <a href={`/share/${shareId}`}>{words.share}</a>}
        {shareId !== null && !isShared && `${words.share} (${words.gone})`}
      </p>
      {report.comment && <blockquote>{report.comment}</blockquote>}
      <details className="unfolds">
        <summary>{words.show}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
        <pre tabIndex={0}>{report.content}</pre>
      </details>
      {decision ? (
        <p className="report-facts">
          {fill(words.done, {
            action: words.actions[decision.action],
            name: decision.by ?? words.formerly,
            time: `${time.format(decision.at)} UTC`,
          })}
          {decision.note && <span className="block">{decision.note}</span>}
        </p>
      ) : (
        <Decision id={report.id} canRemove={isShared} locale={locale} errors={errors} />
      )}
    </li>
  )
}

function Decision(props: { id: string; canRemove: boolean; locale: Locale; errors: AccountTexts['errors'] }) {
  const router = useRouter()
  const id = useId()
  const words = reportQueueTexts[props.locale]
  const [action, setAction] = useState<ReportAction>('dismissed')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isAwake = useAwake()
  const errors = { ...props.errors, codes: { ...props.errors.codes, ...words.codes } }

  const decide = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget).get('note') ?? '').trim()
    if (action === 'other' && note === '') return setError(words.noteMissing)
    setBusy(true)
    const result = await sendJson('PATCH', `/api/console/reports/${props.id}`, { action, note }, errors)
    setBusy(false)
    if ('error' in result) return setError(result.error.message)
    router.refresh()
  }
  return (
    <form className="report-decision" onSubmit={decide}>
      <div>
        <label htmlFor={`${id}-action`}>{words.choose}</label>
        <select
          id={`${id}-action`}
          className="field-box"
          value={action}
          onChange={({ currentTarget: { value } }) =>
            setAction(reportActions.find((one) => one === value) ?? 'dismissed')
          }
        >
          {reportActions
            .filter((one) => one !== 'share_removed' || props.canRemove)
            .map((one) => (
              <option key={one} value={one}>
                {words.actions[one]}
              </option>
            ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}-note`}>{words.note}</label>
        <input
          id={`${id}-note`}
          name="note"
          className="field-box"
          maxLength={MAX_REPORT_CHARS}
          autoComplete="off"
        />
      </div>
      {error && (
        <p role="alert" className="account-error">
          {error}
        </p>
      )}
      <button
        type="submit"
        className="button"
        disabled={isBusy || !isAwake}
        data-waking={!isAwake || undefined}
      >
        {words.act}
      </button>
    </form>
  )
}
