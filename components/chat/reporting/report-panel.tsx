'use client'

import { useState } from 'react'
import { ReportFields } from '#components/legal/report-fields.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'
import type { ReportRequest } from '#lib/legal/report-contract.ts'
import { useReading } from '../chat-context.ts'
import { postJson, RequestFailure, requestJson } from '../state/run-client.ts'

type Stage = 'writing' | 'sending' | 'sent'

/** Reports an answer to those who run the site. */
export function ReportPanel({ messageId, onClose }: { messageId: string | null; onClose: () => void }) {
  const { locale } = useReading()
  const words = reportTexts[locale]
  const [stage, setStage] = useState<Stage>('writing')
  const [fault, setFault] = useState<keyof typeof words.faults | null>(null)
  if (messageId === null) return null

  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form)
    setFault(null)
    setStage('sending')
    // The form offers these reasons and no others; the site looks at them again.
    const reason = String(data.get('reason')) as ReportRequest['reason']
    const report: ReportRequest = { messageId, reason, comment: String(data.get('comment') ?? '') }
    try {
      await requestJson('/api/reports', postJson(report))
      setStage('sent')
    } catch (error) {
      setFault(faultOf(error))
      setStage('writing')
    }
  }
  return (
    <Panel title={words.title} close={words.close} onClose={onClose}>
      <p role="status" className={stage === 'sent' ? 'report-sent' : 'sr-only'}>
        {stage === 'sent' && words.sent}
      </p>
      {stage === 'sent' ? (
        <div className="report-end">
          <button type="button" className="button button-primary" onClick={onClose}>
            {words.close}
          </button>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void send(event.currentTarget)
          }}
        >
          <ReportFields locale={locale} about={words.about} />
          {fault && (
            <p role="alert" className="report-fault">
              {words.faults[fault]}
            </p>
          )}
          <div className="report-end">
            <button type="submit" className="button button-primary" disabled={stage === 'sending'}>
              {stage === 'sending' ? words.sending : words.send}
            </button>
          </div>
        </form>
      )}
    </Panel>
  )
}

function faultOf(error: unknown): keyof (typeof reportTexts)['en']['faults'] {
  const code = error instanceof RequestFailure ? error.code : ''
  return code === 'too_many_reports' || code === 'not_found' ? code : 'other'
}
