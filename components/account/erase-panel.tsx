import type { AccountView } from '#lib/accounts/contract.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { AccountPanel } from './account-panel.tsx'
import { Erasure } from './erasure.tsx'
import type { Field } from './form-values.ts'

/** Erases everything; without an account, a guest's. */
export function ErasePanel({
  account: mine,
  texts,
  locale,
}: {
  account?: AccountView
  texts: AccountTexts
  locale: Locale
}) {
  const { account, fields } = texts
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
          <p>
            <a className="button" href="/api/export?format=zip" download>
              {account.exportFirst}
            </a>
          </p>
          <Erasure
            fields={[
              ...(mine?.email ? [password] : []),
              { name: 'sure', label: account.eraseSure, type: 'checkbox' },
            ]}
            texts={texts}
            locale={locale}
          />
        </>
      )}
    </AccountPanel>
  )
}
