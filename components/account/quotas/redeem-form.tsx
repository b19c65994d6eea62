'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Redeemed } from '#lib/accounts/quotas/redeem-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { redeemTexts } from '#lib/i18n/rooms/redeem.ts'
import { AccountForm } from '../account-form.tsx'
import { addedInWords } from './added-words.ts'

/** Where a code is typed in, and afterwards what it added. */
export function RedeemForm({ locale, errors }: { locale: Locale; errors: AccountTexts['errors'] }) {
  const router = useRouter()
  const words = redeemTexts[locale]
  const [added, setAdded] = useState<{ text: string; number: number }>()
  return (
    <>
      <p>{words.text}</p>
      <AccountForm
        key={added?.number}
        endpoint="/api/account/redeem"
        fields={[{ name: 'code', label: words.code }]}
        submit={words.submit}
        look="quiet"
        errors={{
          ...errors,
          fields: { ...errors.fields, ...words.errors },
          codes: { ...errors.codes, ...words.codes },
        }}
        onDone={(data) => {
          // The route answers with what was added.
          const text = fill(words.added, { adds: addedInWords(data as Redeemed, locale) })
          setAdded({ text, number: (added?.number ?? 0) + 1 })
          router.refresh()
        }}
      />
      <p role="status" className="account-done">
        {added?.text}
      </p>
    </>
  )
}
