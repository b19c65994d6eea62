import type { AccountView } from '#lib/accounts/contract.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { AccountForm, type Field } from './account-form.tsx'
import { AccountPanel } from './account-panel.tsx'

/** Erases everything; without an account, a guest's. */
export function ErasePanel({ account: mine, texts }: { account?: AccountView; texts: AccountTexts }) {
  const { account, fields, errors } = texts
  const password: Field = {
    name: 'password',
    label: fields.current,
    type: 'password',
    autoComplete: 'current-password',
  }
  return (
    <AccountPanel title={account.erase}>
      {mine?.role === 'owner' ? (
        <p>{account.ownerStays}</p>
      ) : (
        <>
          <p>{mine ? account.eraseText : account.eraseGuestText}</p>
          <AccountForm
            method="DELETE"
            endpoint="/api/account"
            fields={[
              ...(mine?.email ? [password] : []),
              { name: 'sure', label: account.eraseSure, type: 'checkbox' },
            ]}
            submit={account.erase}
            errors={errors}
            next="/"
            danger
          />
        </>
      )}
    </AccountPanel>
  )
}
