'use client'

import { ExternalLink } from 'lucide-react'
import { useCallback, useEffect, useId, useState } from 'react'
import { Modal } from '#components/ui/modal.tsx'
import { fill } from '#lib/i18n/fill.ts'
import { termsTexts } from '#lib/i18n/rooms/terms.ts'
import type { AcceptRequest, TermsView } from '#lib/legal/acceptance-contract.ts'
import { useSite } from '../chat-context.ts'
import { postJson, RequestFailure, requestJson } from '../state/run-client.ts'
import { answerTerms } from './ask-for-terms.ts'
import './terms.css'

type Stage = 'ready' | 'sending' | 'changed' | 'failed'

/** Asks for the terms. What the person wrote waits behind it, and goes out when they accept. */
export function TermsDialog() {
  const { locale } = useSite()
  const words = termsTexts[locale]
  const [view, setView] = useState<TermsView | null>(null)
  const [stage, setStage] = useState<Stage>('ready')
  const load = useCallback(async (then: Stage) => {
    try {
      setView(await requestJson<TermsView>('/api/terms'))
      setStage(then)
    } catch {
      setStage('failed')
    }
  }, [])
  useEffect(() => void load('ready'), [load])

  const accept = async ({ edition, minimumAge }: TermsView) => {
    setStage('sending')
    const body: AcceptRequest = { edition, locale, ...(minimumAge !== null && { age: minimumAge }) }
    try {
      await requestJson('/api/terms', postJson(body))
      answerTerms(true)
    } catch (error) {
      const isStale = error instanceof RequestFailure && [400, 409].includes(error.status)
      if (isStale) await load('changed')
      else setStage('failed')
    }
  }
  return (
    <Modal className="panel terms-dialog" label={words.title} onClose={() => answerTerms(false)}>
      <h2>{words.title}</h2>
      {view ? (
        <Accepting view={view} isSending={stage === 'sending'} onAccept={() => void accept(view)} />
      ) : (
        stage !== 'failed' && <p className="text-muted">{words.loading}</p>
      )}
      <div role="status">
        {stage === 'changed' && <p className="terms-word">{words.changed}</p>}
        {stage === 'failed' && <p className="terms-word">{words.failed}</p>}
      </div>
      {!view && stage === 'failed' && (
        <div className="terms-buttons">
          <button type="button" className="button" onClick={() => answerTerms(false)}>
            {words.decline}
          </button>
          <button type="button" className="button button-primary" onClick={() => void load('ready')}>
            {words.retry}
          </button>
        </div>
      )}
    </Modal>
  )
}

function Accepting(props: { view: TermsView; isSending: boolean; onAccept: () => void }) {
  const { upstream, host, minimumAge } = props.view
  const { locale, name } = useSite()
  const words = termsTexts[locale]
  const id = useId()
  const { points } = words
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onAccept()
      }}
    >
      <ul className="terms-points">
        <li>{fill(points.unofficial, { site: name })}</li>
        <li>{points.wrong}</li>
        <li>{fill(points[upstream], { host })}</li>
      </ul>
      <p className="text-muted text-sm">{words.read}</p>
      <p className="terms-links">
        {(['terms', 'privacy'] as const).map((document) => (
          <a key={document} className="button" href={`/${document}`} target="_blank" rel="noopener">
            {words[document]}
            <ExternalLink size={14} aria-hidden />
          </a>
        ))}
      </p>
      {minimumAge !== null && (
        <label className="terms-age" htmlFor={id}>
          <input id={id} type="checkbox" required />
          {fill(words.age, { age: String(minimumAge) })}
        </label>
      )}
      <div className="terms-buttons">
        <button type="button" className="button" onClick={() => answerTerms(false)}>
          {words.decline}
        </button>
        <button type="submit" className="button button-primary" disabled={props.isSending}>
          {props.isSending ? words.sending : words.accept}
        </button>
      </div>
    </form>
  )
}
