'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { AccessCodeView, AccountView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { AccountForm } from './account-form.tsx'
import { ActionButton, Secret } from './actions.tsx'
import { sendJson } from './post-json.ts'
import { quotaFields } from './quotas/quota-editor.tsx'
import { quotaInWords } from './quotas/quota-words.ts'

interface Told {
  path?: string
  code?: string
}

// The routes answer with what `Told` says.
const toldBy = (data: unknown) => {
  const { path, code } = data as Told
  return path === undefined ? (code ?? '') : window.location.origin + path
}

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

/** Everybody with an account, and what can be done about them. */
export function PeopleList(props: { people: AccountView[]; mine: AccountView; texts: AccountTexts }) {
  const [link, setLink] = useState<string>()
  const { people, texts } = props
  return (
    <>
      <ul className="account-rows">
        {people.map((person) => (
          <Person key={person.id} person={person} mine={props.mine} texts={texts} onLink={setLink} />
        ))}
      </ul>
      {link && <Secret text={link} texts={texts.people} />}
    </>
  )
}

interface PersonProps {
  person: AccountView
  mine: AccountView
  texts: AccountTexts
  onLink: (link: string) => void
}

function Person({ person, mine, texts: { people, account, errors }, onLink }: PersonProps) {
  const { id, name, email, role, isDisabled } = person
  const mayChange = role === 'user' || (role === 'admin' && mine.role === 'owner')
  return (
    <li>
      <span className="account-who">
        {name}
        <small>{[email, account.roles[role], isDisabled && people.closed].filter(Boolean).join(' · ')}</small>
      </span>
      {mayChange && mine.role === 'owner' && (
        <RoleChoice
          person={person}
          label={fill(people.role, { name })}
          roles={account.roles}
          errors={errors}
        />
      )}
      {mayChange && email && (
        <ActionButton
          endpoint={`/api/console/accounts/${id}/reset-link`}
          errors={errors}
          label={fill(people.resetLinkOf, { name })}
          onDone={(data) => onLink(toldBy(data))}
        >
          {people.resetLink}
        </ActionButton>
      )}
      {mayChange && (
        <ActionButton
          method="PATCH"
          endpoint={`/api/console/accounts/${id}`}
          body={{ disabled: !isDisabled }}
          errors={errors}
          label={fill(isDisabled ? people.openOf : people.closeOf, { name })}
          danger={isDisabled ? undefined : true}
        >
          {isDisabled ? people.open : people.close}
        </ActionButton>
      )}
    </li>
  )
}

function RoleChoice(props: {
  person: AccountView
  label: string
  roles: AccountTexts['account']['roles']
  errors: AccountTexts['errors']
}) {
  const router = useRouter()
  const { person, label, roles, errors } = props
  async function change(role: string) {
    await sendJson('PATCH', `/api/console/accounts/${person.id}`, { role }, errors)
    router.refresh()
  }
  return (
    <select aria-label={label} value={person.role} onChange={(event) => change(event.target.value)}>
      <option value="user">{roles.user}</option>
      <option value="admin">{roles.admin}</option>
    </select>
  )
}
