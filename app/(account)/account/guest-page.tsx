import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { ErasePanel } from '#components/account/erase-panel.tsx'
import { StandingList } from '#components/account/quotas/standing-list.tsx'
import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { getDatabase } from '#lib/db/database.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'

/** What a guest may use, and can do about being one. */
export async function GuestPage(props: { userId: string; texts: AccountTexts; locale: Locale }) {
  const { texts, locale } = props
  const standing = await findStanding(await getDatabase(), props.userId, Date.now())
  const { account, signIn, signUp } = texts
  return (
    <AccountPage title={account.guestTitle}>
      <p>{account.guestText}</p>
      <p>{signIn.kept}</p>
      <p className="flex flex-wrap gap-3">
        <a className="button button-primary" href="/sign-in">
          {signIn.title}
        </a>
        <a className="button" href="/sign-up">
          {signUp.title}
        </a>
      </p>
      {standing && (
        <AccountPanel id="quota" title={standingTexts[locale].title}>
          <StandingList standing={standing} locale={locale} />
        </AccountPanel>
      )}
      <ErasePanel texts={texts} locale={locale} />
      <p className="account-links">
        <a href="/">{account.chat}</a>
      </p>
    </AccountPage>
  )
}
