import { notFound } from 'next/navigation'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { ReportList } from '#components/account/reports.tsx'
import { getSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { listReports } from '#lib/legal/reports.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'

export const generateMetadata = async () => ({
  title: reportQueueTexts[await requestLocale()].title,
  robots: { index: false },
})

export default async function ReportsPage() {
  const session = await getSession()
  if (session?.role !== 'owner' && session?.role !== 'admin') notFound()
  const [reports, locale, { account, errors }] = await Promise.all([
    listReports(await getDatabase()),
    requestLocale(),
    requestTexts(),
  ])
  const words = reportQueueTexts[locale]
  const open = reports.filter(({ decision }) => decision === null)
  const closed = reports.filter(({ decision }) => decision !== null)
  return (
    <AccountPage title={words.title} wide>
      <p>{words.intro}</p>
      <AccountPanel title={words.open}>
        {open.length === 0 && <p>{words.none}</p>}
        <ReportList reports={open} locale={locale} errors={errors} />
      </AccountPanel>
      {closed.length > 0 && (
        <AccountPanel title={words.closed}>
          <ReportList reports={closed} locale={locale} errors={errors} />
        </AccountPanel>
      )}
      <p className="account-links">
        <a className="quiet-link" href="/account">
          {account.title}
        </a>
        <a className="quiet-link" href="/console/people">
          {account.people}
        </a>
        <a className="quiet-link" href="/console/moderation">
          {moderationTexts[locale].title}
        </a>
      </p>
    </AccountPage>
  )
}
