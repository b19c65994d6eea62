import { AccountPage } from '#components/account/account-panel.tsx'
import { ErasePanel } from '#components/account/erase-panel.tsx'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'

/** What a guest can do about being one. */
export function GuestPage({ texts }: { texts: AccountTexts }) {
  const { account, signIn, signUp } = texts
  return (
    <AccountPage title={account.guestTitle}>
      <p>
        {account.guestText} {signIn.kept}
      </p>
      <p className="flex flex-wrap gap-3">
        <a className="button button-primary" href="/sign-in">
          {signIn.title}
        </a>
        <a className="button" href="/sign-up">
          {signUp.title}
        </a>
      </p>
      <ErasePanel texts={texts} />
      <p className="account-links">
        <a className="quiet-link" href="/">
          {account.chat}
        </a>
      </p>
    </AccountPage>
  )
}
