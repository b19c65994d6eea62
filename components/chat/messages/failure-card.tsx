'use client'

import { CircleAlert } from 'lucide-react'
import type { RunError, RunErrorCode } from '#lib/chat/contract.ts'
import type { Dictionary } from '#lib/i18n/en.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useSite, useTexts } from '../chat-context.ts'
import { OwnKeyButton, SetKeyButton } from '../demo-notice.tsx'
import { formatDuration, useSecondsUntil } from '../duration.ts'
import { ModelMenu } from '../models/model-menu.tsx'
import { useOwnKey } from '../state/own-key.ts'
import { Wait } from '../wait.tsx'

type Remedy = 'retry' | 'model' | 'edit' | 'newChat' | 'setKey' | 'ownKey' | 'limits'

/** What helps first, by the reason of the failure; the other remedy is offered beside it. */
const remedies: Record<RunErrorCode, readonly Remedy[]> = {
  site_limit: ['retry'],
  quota_hour_messages: ['retry', 'limits'],
  quota_day_tokens: ['retry', 'newChat', 'limits'],
  quota_month_tokens: ['retry', 'newChat', 'limits'],
  quota_day_cost: ['retry', 'model', 'limits'],
  quota_month_cost: ['retry', 'model', 'limits'],
  quota_streams: ['retry'],
  model_not_allowed: ['model', 'limits'],
  account_rate: ['retry', 'model'],
  account_money: ['retry'],
  key_refused: ['setKey', 'retry'],
  region_refused: ['retry'],
  no_key: ['setKey', 'retry'],
  model_missing: ['model', 'retry'],
  upstream_down: ['retry'],
  content_refused: ['edit'],
  no_vision: ['model', 'edit'],
  too_long: ['newChat', 'edit'],
  bad_request: ['edit', 'retry'],
  unknown: ['retry'],
}

/** Failures of the key or the account behind the site, and who can do something about them. */
const OF_THE_KEY: ReadonlySet<RunErrorCode> = new Set(['key_refused', 'no_key', 'account_money'])

/** Those whose sentence is the site's own, not upstream's. */
const SITES_OWN: ReadonlySet<RunErrorCode> = new Set(['site_limit', 'no_key'])

/** Of these one can only say that it passes; where the time is known, that says it better. */
const PASSES_BY_ITSELF: ReadonlySet<RunErrorCode> = new Set(['site_limit', 'account_rate'])

type Words = Dictionary['failure'][RunErrorCode]

export interface FailureCardProps {
  error: RunError
  /** When the answer failed, in Unix milliseconds; what `retryAfterMs` counts from. */
  failedAt: number
  /** Asks again, `model` or the same. */
  onRetry: (model?: string) => void
  onEdit: () => void
  onNewChat: () => void
}

/** An answer that failed: what happened, what the site did, what one can do, and the button that does it. */
export function FailureCard({ error, failedAt, onRetry, onEdit, onNewChat }: FailureCardProps) {
  const texts = useTexts()
  const { failure } = texts
  const again = failedAt + (error.retryAfterMs ?? 0)
  const seconds = useSecondsUntil(again)
  const own = useWordsOfOwnKey(error.code)
  const { mayUseOwn, maySet } = useKeysToMend()
  const words = own ?? { ...failure[error.code], ...(maySet && wordsFor(error.code, failure.ofOperator)) }
  const isOwnKeyHelp = own === undefined && mayUseOwn && OF_THE_KEY.has(error.code)
  const button: Record<Remedy, (className: string) => React.ReactNode> = {
    retry: (className) => (
      <button
        type="button"
        className={className}
        onClick={() => onRetry()}
        disabled={seconds > 0}
        key="retry"
      >
        {seconds > 0 ? fill(failure.retryIn, { time: formatDuration(seconds, texts) }) : failure.retry}
      </button>
    ),
    model: (className) => (
      <ModelMenu
        key="model"
        className={className}
        label={failure.otherModel}
        selectedId={null}
        onChoose={({ id }) => onRetry(id)}
      >
        {failure.otherModel}
      </ModelMenu>
    ),
    edit: (className) => (
      <button type="button" className={className} onClick={onEdit} key="edit">
        {failure.edit}
      </button>
    ),
    newChat: (className) => (
      <button type="button" className={className} onClick={onNewChat} key="newChat">
        {failure.newChat}
      </button>
    ),
    limits: (className) => (
      <a className={className} href="/account#quota" key="limits">
        {failure.limits}
      </a>
    ),
    setKey: (className) => (
      <SetKeyButton className={className} key="setKey">
        {failure.setKey}
      </SetKeyButton>
    ),
    ownKey: (className) => (
      <OwnKeyButton className={className} key="ownKey">
        {own ? failure.changeKey : failure.useOwnKey}
      </OwnKeyButton>
    ),
  }
  return (
    <section className="failure-card" data-error-code={error.code} aria-label={words.what}>
      <p className="failure-title">
        <CircleAlert size={18} aria-hidden />
        {words.what}
      </p>
      <p>{words.did}</p>
      {!(error.retryAfterMs !== undefined && PASSES_BY_ITSELF.has(error.code)) && <p>{words.can}</p>}
      {isOwnKeyHelp && <p>{failure.orOwnKey}</p>}
      {error.retryAfterMs !== undefined && <Wait until={again} />}
      {error.detail && (
        <blockquote className="upstream-words">
          <span className="block text-muted text-xs">
            {SITES_OWN.has(error.code) ? failure.siteSays : failure.upstreamSays}
          </span>
          {error.detail}
        </blockquote>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        {remediesFor(error.code, { ofOwnKey: own !== undefined, mayUseOwn, maySet }).map((remedy, index) =>
          button[remedy](index === 0 ? 'button button-primary' : 'button'),
        )}
      </div>
    </section>
  )
}

/** What a visitor can do about the key: ask with one of their own, set that of the site. */
function useKeysToMend(): { mayUseOwn: boolean; maySet: boolean } {
  const { ownKeys, upstream, runsSite } = useSite()
  const key = useOwnKey()
  // A site without a key says on every page how to set one.
  return { mayUseOwn: ownKeys === 'allowed' && !key, maySet: runsSite || upstream !== 'real' }
}

/** The remedies that whoever is here can use: nobody is shown how to set a key that is not theirs to set. */
function remediesFor(
  code: RunErrorCode,
  { ofOwnKey, mayUseOwn, maySet }: { ofOwnKey: boolean; mayUseOwn: boolean; maySet: boolean },
): readonly Remedy[] {
  if (!OF_THE_KEY.has(code)) return remedies[code]
  if (ofOwnKey) return code === 'account_money' ? ['retry', 'ownKey'] : ['ownKey', 'retry']
  const others = remedies[code].filter((remedy) => remedy !== 'setKey' || maySet)
  return mayUseOwn ? [...others, 'ownKey'] : others
}

const wordsFor = (code: RunErrorCode, words: Partial<Record<RunErrorCode, Partial<Words>>>) => words[code]

/** What is said of `code` where questions are asked with the person's own key; of earlier ones one assumes the same. */
function useWordsOfOwnKey(code: RunErrorCode): Words | undefined {
  const { ownKeys } = useSite()
  const { ofOwnKey } = useTexts().failure
  const key = useOwnKey()
  if (ownKeys === 'off' || (ownKeys === 'allowed' && !key)) return undefined
  // Without one upstream was asked without any.
  if (code === 'key_refused' && key === null) return ofOwnKey.no_key
  const words: Partial<Record<RunErrorCode, Words>> = ofOwnKey
  return words[code]
}
