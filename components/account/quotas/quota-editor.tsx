'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Quota } from '#lib/accounts/quotas/quota.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { AccountForm } from '../account-form.tsx'
import { type Field, typedAmount } from '../form-values.ts'
import { LIMITS, limitInWords, limitsInWords, SCALES } from './quota-words.ts'
import './quotas.css'

interface Props {
  title: string
  /** Smaller, below the title. */
  about?: string
  quota: Quota
  /** Where it is sent to by PUT, with `fixed` beside it. */
  endpoint: string
  fixed?: Record<string, unknown>
  /** Said where the quota has no limit. */
  none: string
  /** What holds where this quota says nothing. */
  inherited?: Quota
  locale: Locale
  errors: AccountTexts['errors']
}

/** A quota in one line, which opens to be changed. */
export function QuotaEditor({ title, about, quota, inherited, locale, errors, ...props }: Props) {
  const router = useRouter()
  const words = quotaTexts[locale]
  const [isOpen, setOpen] = useState(false)
  const limits = limitsInWords(quota, locale)
  return (
    <details className="quota-row" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="quota-who">
          {title}
          {about && <small>{about}</small>}
        </span>
        <span className="quota-value">
          {limits.length === 0 && props.none}
          {limits.map((limit) => (
            <span key={limit}>{limit}</span>
          ))}
        </span>
      </summary>
      {isOpen && (
        <AccountForm
          method="PUT"
          endpoint={props.endpoint}
          fixed={{ ...props.fixed, quota: {} }}
          fields={quotaFields(quota, locale, { inherited, none: words.none })}
          columns={2}
          submit={words.save}
          done={words.saved}
          errors={{ ...errors, fields: { ...errors.fields, ...words.errors } }}
          onDone={() => router.refresh()}
        />
      )}
    </details>
  )
}

/** A field for each limit, named `quota.…`; empty ones show what holds instead. */
export function quotaFields(
  quota: Quota,
  locale: Locale,
  { inherited = {}, none }: { inherited?: Quota | undefined; none: string },
): Field[] {
  const words = quotaTexts[locale]
  return LIMITS.map((limit) => ({
    name: `quota.${limit}`,
    label: words.limits[limit],
    placeholder: limitInWords(inherited, limit, locale) ?? none,
    optional: true,
    ...(limit === 'models'
      ? { type: 'list', wide: true, hint: words.modelsHint, value: quota.models?.join(', ') }
      : { type: 'amount', scale: SCALES[limit], value: typedAmount(quota[limit], SCALES[limit]) }),
  }))
}
