import { AccountPanel } from '#components/account/account-panel.tsx'
import { ReportList } from '#components/account/reports.tsx'
import { getDatabase } from '#lib/db/database.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { listReports } from '#lib/legal/reports.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, noConsole, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('reports')

export default async function ReportsPage() {
  if (!(await operatorSession())) return noConsole()
  const [reports, locale, { errors }] = await Promise.all([
    listReports(await getDatabase()),
    requestLocale(),
    requestTexts(),
  ])
  const words = reportQueueTexts[locale]
  const open = reports.filter(({ decision }) => decision === null)
  const closed = reports.filter(({ decision }) => decision !== null)
  return (
    <ConsolePage name="reports">
      <AccountPanel title={words.open}>
        {open.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ReportList reports={open} locale={locale} errors={errors} />
        )}
      </AccountPanel>
      {closed.length > 0 && (
        <AccountPanel title={words.closed}>
          <ReportList reports={closed} locale={locale} errors={errors} />
        </AccountPanel>
      )}
    </ConsolePage>
  )
}
