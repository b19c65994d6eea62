'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { RedeemBatchView } from '#lib/accounts/quotas/redeem-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { redeemConsoleTexts } from '#lib/i18n/rooms/redeem.ts'
import { AccountForm } from '../account-form.tsx'
import { AccountPanel } from '../account-panel.tsx'
import { ActionButton } from '../actions.tsx'
import type { Field } from '../form-values.ts'
import { addedInWords } from './added-words.ts'
import { NewCodes } from './new-codes.tsx'
import { quotaFields } from './quota-editor.tsx'
import './quotas.css'

interface Props {
  batches: readonly RedeemBatchView[]
  /** When the page was made: what ended before is shown as such. */
  now: number
  locale: Locale
  errors: AccountTexts['errors']
}

/** Batches of codes, and forms for others. */
export function RedeemBatches({ batches, now, locale, errors }: Props) {
  const words = redeemConsoleTexts[locale]
  const [made, setMade] = useState<{ name: string; codes: string[] }>()
  return (
    <>
      {made && (
        <AccountPanel title={fill(words.made, { name: made.name })}>
          <NewCodes {...made} locale={locale} />
        </AccountPanel>
      )}
      <AccountPanel title={words.batches}>
        {batches.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul className="account-rows">
            {batches.map((batch) => (
              <Batch key={batch.id} batch={batch} now={now} locale={locale} errors={errors} />
            ))}
          </ul>
        )}
      </AccountPanel>
      <AccountPanel>
        <MakeCodes kind="credit" locale={locale} errors={errors} onMade={setMade} />
        <MakeCodes kind="time" locale={locale} errors={errors} onMade={setMade} />
      </AccountPanel>
    </>
  )
}

function Batch({ batch, now, locale, errors }: Omit<Props, 'batches'> & { batch: RedeemBatchView }) {
  const words = redeemConsoleTexts[locale]
  const { id, name, used, left, expiresAt } = batch
  // The server's time zone would be no one's.
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const isOver = expiresAt !== null && expiresAt <= now
  const until =
    expiresAt !== null && fill(isOver ? words.ended : words.until, { time: day.format(expiresAt) })
  return (
    <li>
      <span className="account-who">
        {name}
        <small>{addedInWords(batch, locale)}</small>
        <small>{[fill(words.counts, { used, left }), until].filter(Boolean).join(' · ')}</small>
      </span>
      {left > 0 && (
        <ActionButton
          method="DELETE"
          endpoint={`/api/console/redeem-batches/${id}`}
          errors={errors}
          label={fill(words.revokeOf, { name })}
          sure={words.revokeSure}
          danger
        >
          {words.revoke}
        </ActionButton>
      )}
    </li>
  )
}

interface MakeProps {
  kind: 'credit' | 'time'
  locale: Locale
  errors: AccountTexts['errors']
  onMade: (made: { name: string; codes: string[] }) => void
}

function MakeCodes({ kind, locale, errors, onMade }: MakeProps) {
  const router = useRouter()
  const words = redeemConsoleTexts[locale]
  /** Each batch begins with an empty form. */
  const [number, setNumber] = useState(0)
  const fields = { ...errors.fields, ...quotaTexts[locale].errors, ...words.errors }
  return (
    <details className="quota-row">
      <summary>{kind === 'credit' ? words.makeCredit : words.makeTime}</summary>
      <AccountForm
        key={number}
        endpoint="/api/console/redeem-batches"
        fields={kind === 'credit' ? creditFields(locale) : timeFields(locale)}
        columns={2}
        submit={words.make}
        errors={{ ...errors, fields }}
        onDone={(data) => {
          // The route answers with what it made.
          onMade(data as { name: string; codes: string[] })
          setNumber(number + 1)
          router.refresh()
          window.scrollTo({ top: 0 })
        }}
      />
    </details>
  )
}

function batchFields(locale: Locale): Field[] {
  const words = redeemConsoleTexts[locale]
  return [
    { name: 'name', label: words.name, wide: true },
    { name: 'count', label: words.count, type: 'number', value: '10' },
    {
      name: 'validDays',
      label: words.validDays,
      type: 'number',
      placeholder: words.forGood,
      optional: true,
    },
  ]
}

function creditFields(locale: Locale): Field[] {
  const words = redeemConsoleTexts[locale]
  return [
    ...batchFields(locale),
    { name: 'tokens', label: words.tokens, type: 'amount', optional: true },
    { name: 'cost', label: words.cost, type: 'amount', scale: 1_000_000, optional: true },
  ]
}

function timeFields(locale: Locale): Field[] {
  const words = redeemConsoleTexts[locale]
  return [
    ...batchFields(locale),
    { name: 'days', label: words.days, type: 'number', wide: true, value: '30' },
    ...quotaFields({}, locale, { none: words.notRaised }),
  ]
}
