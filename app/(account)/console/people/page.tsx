import { notFound } from 'next/navigation'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { AccessCodes, Invite, PeopleList } from '#components/account/people.tsx'
import { listAccounts } from '#lib/accounts/accounts.ts'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { getSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { fill } from '#lib/i18n/fill.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { countOpenReports } from '#lib/legal/reports.ts'
import { requestLocale } from '../../../request-locale.ts'
import { accountMetadata, requestTexts } from '../../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ people }) => people.title)

export default async function PeoplePage() {
  const session = await getSession()
  if (session?.role !== 'owner' && session?.role !== 'admin') notFound()
  const db = await getDatabase()
  const [people, codes, texts, locale, openReports] = await Promise.all([
    listAccounts(db),
    listAccessCodes(db),
    requestTexts(),
    requestLocale(),
    countOpenReports(db),
  ])
  const mine = people.find(({ id }) => id === session.userId)
  if (!mine) notFound()
  return (
    <AccountPage title={texts.people.title} wide>
      <p>{texts.people.intro}</p>
      <AccountPanel>
        <PeopleList people={people} mine={mine} texts={texts} />
      </AccountPanel>
      <AccountPanel title={texts.people.invite}>
        <p>{texts.people.inviteText}</p>
        <Invite texts={texts} />
      </AccountPanel>
      <AccountPanel title={texts.people.codes}>
        <p>{texts.people.codesText}</p>
        <AccessCodes codes={codes} texts={texts} locale={locale} />
      </AccountPanel>
      <p className="account-links">
        <a className="quiet-link" href="/account">
          {texts.account.title}
        </a>
        <a className="quiet-link" href="/console/quotas">
          {quotaTexts[locale].title}
        </a>
        <a className="quiet-link" href="/console/reports">
          {fill(reportQueueTexts[locale].link, { count: String(openReports) })}
        </a>
        <a className="quiet-link" href="/console/moderation">
          {moderationTexts[locale].title}
        </a>
        <a className="quiet-link" href="/">
          {texts.account.chat}
        </a>
      </p>
    </AccountPage>
  )
}
