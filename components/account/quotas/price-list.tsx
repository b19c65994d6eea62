'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { PriceView } from '#lib/accounts/quotas/quota.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { AccountForm } from '../account-form.tsx'
import { ActionButton } from '../actions.tsx'
import { type Field, typedAmount } from '../form-values.ts'
import { dollars } from './quota-words.ts'
import './quotas.css'

const MILLION = 1_000_000

interface Props {
  prices: readonly PriceView[]
  locale: Locale
  errors: AccountTexts['errors']
}

/** What models cost: each price opens to be changed or taken away, and one can be added. */
export function PriceList({ prices, locale, errors: common }: Props) {
  const router = useRouter()
  const words = quotaTexts[locale]
  const errors = { ...common, fields: { ...common.fields, ...words.errors } }
  /** An added price has a row of its own; its form begins anew. */
  const [added, setAdded] = useState(0)
  return (
    <>
      {prices.map((price) => (
        <PriceRow key={price.model} price={price} locale={locale} errors={errors} />
      ))}
      <h3 className="quota-add">{words.addPrice}</h3>
      <AccountForm
        key={added}
        method="PUT"
        endpoint="/api/console/prices"
        fields={[{ name: 'model', label: words.model, wide: true }, ...priceFields(locale)]}
        columns={3}
        submit={words.add}
        errors={errors}
        onDone={() => {
          setAdded(added + 1)
          router.refresh()
        }}
      />
    </>
  )
}

function PriceRow({ price, locale, errors }: Omit<Props, 'prices'> & { price: PriceView }) {
  const router = useRouter()
  const words = quotaTexts[locale]
  const [isOpen, setOpen] = useState(false)
  const { model, isOfOthers, isBuiltIn } = price
  const name = isOfOthers ? words.others : model
  return (
    <details className="quota-row" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="quota-who">
          {name}
          {isBuiltIn && <small>{words.builtIn}</small>}
        </span>
        <span className="quota-value">
          {fill(words.priceIs, {
            input: dollars(price.input, locale),
            cached: dollars(price.cached, locale),
            output: dollars(price.output, locale),
          })}
        </span>
      </summary>
      {isOpen && (
        <>
          <AccountForm
            method="PUT"
            endpoint="/api/console/prices"
            fixed={{ model }}
            fields={priceFields(locale, price)}
            columns={3}
            submit={words.save}
            done={words.saved}
            errors={errors}
            onDone={() => router.refresh()}
          />
          {!isBuiltIn && (
            <div className="quota-remove">
              <ActionButton
                method="DELETE"
                endpoint="/api/console/prices"
                body={{ model }}
                errors={errors}
                label={fill(words.removeOf, { model: name })}
                danger
              >
                {words.remove}
              </ActionButton>
            </div>
          )}
        </>
      )}
    </details>
  )
}

function priceFields(locale: Locale, price?: PriceView): Field[] {
  const words = quotaTexts[locale]
  return (['input', 'cached', 'output'] as const).map((name) => ({
    name,
    label: words[name],
    type: 'amount',
    scale: MILLION,
    value: typedAmount(price?.[name], MILLION),
    placeholder: '0.00',
  }))
}
