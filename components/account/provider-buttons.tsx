'use client'

import { useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'
import type { ProviderView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import type { ProviderTexts } from '#lib/i18n/rooms/providers.ts'
import { sendJson } from './post-json.ts'

interface Props {
  providers: readonly ProviderView[]
  texts: ProviderTexts
  errors: AccountTexts['errors']
  /** Where to go afterwards. */
  next?: string
  /** The form that has an invitation, if one is asked for. */
  invitationForm?: string
}

/** A button for each service that signs people in here, below the form for a password. */
export function ProviderButtons({ providers, texts, errors, next, invitationForm }: Props) {
  if (providers.length === 0) return null
  return (
    <>
      <p className="account-or">{texts.or}</p>
      <div className="account-providers">
        {providers.map((provider) => (
          <ProviderButton
            key={provider.id}
            provider={provider}
            label={fill(texts.continueWith, { name: provider.name })}
            texts={texts}
            errors={errors}
            request={{ next }}
            form={invitationForm}
          />
        ))}
      </div>
    </>
  )
}

interface ButtonProps extends Pick<Props, 'texts' | 'errors'> {
  provider: ProviderView
  label: string
  /** What it is called where its text alone does not say. */
  name?: string
  request: { next?: string | undefined; link?: true }
  form?: string | undefined
}

/** Begins at a provider and takes the browser there. */
export function ProviderButton({ provider, label, name, texts, errors, request, form }: ButtonProps) {
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isAwake = useAwake()

  async function begin(button: HTMLButtonElement) {
    setBusy(true)
    setError(undefined)
    const code = button.form?.elements.namedItem('code')
    const invitation = code instanceof HTMLInputElement ? code.value.trim() : ''
    const answer = await beginAt(
      provider,
      { ...request, ...(invitation && { code: invitation }) },
      { ...errors, codes: { ...errors.codes, ...texts.errors } },
    )
    if ('url' in answer) return window.location.assign(answer.url)
    setBusy(false)
    setError(fill(answer.error, { name: provider.name }))
  }

  return (
    <div>
      <button
        type="button"
        className="button"
        aria-label={name}
        form={form}
        disabled={isBusy || !isAwake}
        data-waking={!isAwake || undefined}
        onClick={(event) => begin(event.currentTarget)}
      >
        {label}
      </button>
      {error && (
        <p role="alert" className="account-error">
          {error}
        </p>
      )}
    </div>
  )
}

async function beginAt(
  { id }: ProviderView,
  request: object,
  errors: AccountTexts['errors'],
): Promise<{ url: string } | { error: string }> {
  const csrfToken = await fetch('/api/auth/csrf', { cache: 'no-store' })
    .then((response) => response.json())
    .then(({ csrfToken }) => csrfToken)
    .catch(() => undefined)
  if (csrfToken === undefined) return { error: errors.network }
  const answer = await sendJson('POST', `/api/auth/signin/${id}`, { csrfToken, ...request }, errors)
  if ('error' in answer) return { error: answer.error.message }
  return { url: (answer.data as { url: string }).url } // the route answers with it
}
