'use client'

import { useState } from 'react'
import { type ErasedCounts, type ErasureReceipt, erasedKinds } from '#lib/chat/erasure-receipt.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { erasureTexts } from '#lib/i18n/rooms/erasure.ts'
import { AccountForm } from './account-form.tsx'
import type { Field } from './form-values.ts'

interface Props {
  fields: readonly Field[]
  texts: AccountTexts
  locale: Locale
}

/** The form that erases everything; in its place, once that is done, what was erased. */
export function Erasure({ fields, texts: { account, errors }, locale }: Props) {
  const [receipt, setReceipt] = useState<ErasureReceipt>()
  if (receipt) return <Receipt receipt={receipt} locale={locale} />
  return (
    <AccountForm
      method="DELETE"
      endpoint="/api/account"
      fields={fields}
      submit={account.erase}
      errors={errors}
      // The route answers with this.
      onDone={(data) => setReceipt((data as { erased: ErasureReceipt }).erased)}
      look="danger"
    />
  )
}

function Receipt({ receipt, locale }: { receipt: ErasureReceipt; locale: Locale }) {
  const words = erasureTexts[locale]
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' })
  const number = new Intl.NumberFormat(locale)
  const lines = erasedKinds.filter((kind: keyof ErasedCounts) => receipt.counts[kind] > 0)
  // A link needs no script of ours to be saved, and nothing of it is sent anywhere.
  const file = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(receipt, null, 2))}`
  return (
    <section role="status" aria-label={words.title}>
      <h3 className="font-semibold">{words.title}</h3>
      <p className="mt-1">
        <time dateTime={receipt.at}>{fill(words.at, { time: time.format(new Date(receipt.at)) })}</time>
      </p>
      <dl className="erasure">
        {lines.map((kind) => (
          <div key={kind}>
            <dt>{words.kinds[kind]}</dt>
            <dd>{number.format(receipt.counts[kind])}</dd>
          </div>
        ))}
      </dl>
      <p className="account-hint">{fill(words.account, { id: receipt.account })}</p>
      <p className="mt-4 flex flex-wrap gap-2">
        <a className="button" href={file} download={`erasure-${receipt.at.slice(0, 10)}.json`}>
          {words.save}
        </a>
        {/* Everything on the next page is another person's: it is loaded anew. */}
        <a className="button button-primary" href="/">
          {words.leave}
        </a>
      </p>
    </section>
  )
}
