'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { sendJson } from './post-json.ts'

interface Props {
  method?: 'POST' | 'DELETE' | 'PATCH'
  endpoint: string
  body?: unknown
  errors: AccountTexts['errors']
  /** Where to go afterwards; without it the page shows what is so now. */
  next?: string
  onDone?: (data: unknown) => void
  danger?: true
  /** Of what cannot be undone: what the button asks when it is pressed, before it does anything when pressed again. */
  sure?: string
  /** What it is called where its text alone does not say. */
  label?: string
  children: ReactNode
}

/** A button that asks one thing of the site. */
export function ActionButton({
  method = 'POST',
  endpoint,
  body = {},
  errors,
  next,
  onDone,
  danger,
  sure,
  label,
  children,
}: Props) {
  const router = useRouter()
  const isAwake = useAwake()
  const [isAsking, setAsking] = useState(false)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  async function act(button: HTMLButtonElement) {
    if (sure !== undefined && !isAsking) {
      // Safari does not focus what is clicked, and what has no focus cannot lose it.
      button.focus()
      return setAsking(true)
    }
    setAsking(false)
    setBusy(true)
    const result = await sendJson(method, endpoint, body, errors)
    setBusy(false)
    if ('error' in result) return setError(result.error.message)
    setError(undefined)
    if (next !== undefined) return window.location.assign(next)
    onDone?.(result.data)
    router.refresh()
  }
  return (
    <>
      <button
        type="button"
        className={danger ? 'button account-danger' : 'button'}
        aria-label={isAsking ? undefined : label}
        data-asking={isAsking || undefined}
        disabled={isBusy || !isAwake}
        data-waking={!isAwake || undefined}
        onClick={(event) => act(event.currentTarget)}
        onBlur={() => setAsking(false)}
      >
        {isAsking ? sure : children}
      </button>
      {error && (
        <p role="alert" className="account-error">
          {error}
        </p>
      )}
    </>
  )
}

/** Something that is told once, with a button that copies it. */
export function Secret({ text, texts }: { text: string; texts: AccountTexts['people'] }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <div role="status">
      <div className="account-secret">
        <code>{text}</code>
        <button
          type="button"
          className="button"
          onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {isCopied ? texts.copied : texts.copy}
        </button>
      </div>
      <p className="account-hint">{texts.once}</p>
    </div>
  )
}
