import { AccountPage } from '#components/account/account-panel.tsx'
import { ErasePanel } from '#components/account/erase-panel.tsx'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'

/** What a guest can do about being one. */
export function GuestPage({ texts, locale }: { texts: AccountTexts; locale: Locale }) {
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
      <ErasePanel texts={texts} locale={locale} />
      <p className="account-links">
        <a className="quiet-link" href="/">
          {account.chat}
        </a>
      </p>
    </AccountPage>
  )
}
