'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { AccessCodeView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { AccountForm } from './account-form.tsx'
import { ActionButton, Secret } from './actions.tsx'
import { quotaFields } from './quotas/quota-editor.tsx'
import { quotaInWords } from './quotas/quota-words.ts'
import { toldBy } from './told-by.ts'

/** Makes an invitation and shows its link. */
export function Invite({ texts }: { texts: AccountTexts }) {
  const [link, setLink] = useState<string>()
  return (
    <>
      <ActionButton
        endpoint="/api/console/invitations"
        errors={texts.errors}
        onDone={(data) => setLink(toldBy(data))}
      >
        {texts.people.invite}
      </ActionButton>
      {link && <Secret text={link} texts={texts.people} />}
    </>
  )
}

/** The access codes, and a form for another. */
export function AccessCodes({
  codes,
  texts,
  locale,
}: {
  codes: AccessCodeView[]
  texts: AccountTexts
  locale: Locale
}) {
  const router = useRouter()
  const [code, setCode] = useState<string>()
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const { people, fields, errors } = texts
  const words = quotaTexts[locale]
  return (
    <>
      {codes.length === 0 && <p>{people.noCodes}</p>}
      <ul className="account-rows">
        {codes.map(({ id, name, expiresAt, quota }) => (
          <li key={id}>
            <span className="account-who">
              {name}
              <small>
                {expiresAt === null ? people.forGood : fill(people.ends, { time: date.format(expiresAt) })}
              </small>
              <small>{quotaInWords(quota, '', locale)}</small>
            </span>
            <ActionButton
              method="DELETE"
              endpoint={`/api/console/access-codes/${id}`}
              errors={errors}
              label={fill(people.withdrawOf, { name })}
              sure={people.withdrawSure}
              danger
            >
              {people.withdraw}
            </ActionButton>
          </li>
        ))}
      </ul>
      <AccountForm
        endpoint="/api/console/access-codes"
        fields={[
          { name: 'name', label: people.codeName },
          {
            name: 'days',
            label: fields.days,
            type: 'number',
            placeholder: people.forGood,
            optional: true,
          },
        ]}
        columns={2}
        look="quiet"
        more={{ summary: words.limitsOfCode, fields: quotaFields({}, locale, { none: words.asRole }) }}
        submit={people.makeCode}
        errors={{ ...errors, fields: { ...words.errors, ...errors.fields } }}
        onDone={(data) => {
          setCode(toldBy(data))
          router.refresh()
        }}
      />
      {code && <Secret text={code} texts={people} />}
    </>
  )
}
