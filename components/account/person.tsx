'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { AccountView, Role } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { ActionButton, Secret } from './actions.tsx'
import { sendJson } from './post-json.ts'
import { toldBy } from './told-by.ts'

interface Props {
  person: AccountView
  /** Of whoever looks. */
  myRole: Role
  texts: AccountTexts
}

/** Somebody with an account, and what can be done about them. */
export function Person({ person, myRole, texts: { people, account, errors } }: Props) {
  const [link, setLink] = useState<string>()
  const { id, name, email, role, isDisabled } = person
  const mayChange = role === 'user' || (role === 'admin' && myRole === 'owner')
  return (
    <li>
      <span className="account-who">
        {name}
        <small>{[email, account.roles[role], isDisabled && people.closed].filter(Boolean).join(' · ')}</small>
      </span>
      {mayChange && myRole === 'owner' && (
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
          onDone={(data) => setLink(toldBy(data))}
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
      {link && <Secret text={link} texts={people} />}
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
