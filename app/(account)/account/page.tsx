import { redirect } from 'next/navigation'
import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { ActionButton } from '#components/account/actions.tsx'
import { ApiTokens } from '#components/account/api-tokens.tsx'
import { ErasePanel } from '#components/account/erase-panel.tsx'
import { KeyNoticePanel } from '#components/account/key-notice-panel.tsx'
import { SessionList } from '#components/account/session-list.tsx'
import { findAccount } from '#lib/accounts/accounts.ts'
import { listApiTokens } from '#lib/accounts/api-tokens.ts'
import { getSession } from '#lib/accounts/session.ts'
import { listSessions } from '#lib/accounts/session-rows.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import { fill } from '#lib/i18n/fill.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { tokenTexts } from '#lib/i18n/rooms/tokens.ts'
import { countOpenReports } from '#lib/legal/reports.ts'
import { keyNotice } from '#lib/secrets/rotation/key-notice.ts'
import { chatModelOf } from '#lib/upstream-config.ts'
import { requestLocale } from '../../request-locale.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'
import { GuestPage } from './guest-page.tsx'

export const generateMetadata = () => accountMetadata(({ account }) => account.title)

export default async function YourAccountPage() {
  const session = await getSession()
  const texts = await requestTexts()
  if (session?.role === 'guest') return <GuestPage texts={texts} locale={await requestLocale()} />
  const db = await getDatabase()
  const mine = session && (await findAccount(db, session.userId))
  if (!mine) redirect('/sign-in?next=/account')
  const { account, fields, errors, passwordHint } = texts
  const locale = await requestLocale()
  const runsSite = mine.role === 'owner' || mine.role === 'admin'
  const notice = runsSite ? await keyNotice(db, getConfig(), Date.now()) : undefined
  const sessions = await listSessions(db, mine.id, session.sessionId)
  return (
    <AccountPage title={account.title}>
      <p>
        {[mine.email && fill(account.signedInAs, { email: mine.email }), account.roles[mine.role]]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {notice && <KeyNoticePanel {...notice} locale={locale} />}
      <AccountPanel title={account.profile}>
        <AccountForm
          method="PATCH"
          endpoint="/api/account"
          fields={[{ name: 'name', label: fields.name, value: mine.name, autoComplete: 'name' }]}
          submit={account.save}
          done={account.saved}
          errors={errors}
        />
      </AccountPanel>
      {mine.email && (
        <AccountPanel title={account.password}>
          <AccountForm
            endpoint="/api/account/password"
            fields={[
              { name: 'current', label: fields.current, type: 'password', autoComplete: 'current-password' },
              {
                name: 'password',
                label: fields.newPassword,
                type: 'password',
                autoComplete: 'new-password',
                hint: passwordHint,
              },
            ]}
            submit={account.change}
            done={account.changed}
            errors={errors}
          />
        </AccountPanel>
      )}
      {session.sessionId !== undefined && (
        <AccountPanel title={account.sessions}>
          <SessionList sessions={sessions} texts={texts} locale={locale} />
          <ActionButton endpoint="/api/account/sign-out" errors={errors} next="/sign-in">
            {account.signOut}
          </ActionButton>
        </AccountPanel>
      )}
      <AccountPanel title={tokenTexts[locale].title}>
        <ApiTokens
          tokens={await listApiTokens(db, mine.id)}
          texts={tokenTexts[locale]}
          accountTexts={texts}
          locale={locale}
          model={chatModelOf(getConfig()) ?? 'tain-demo'}
        />
      </AccountPanel>
      <ErasePanel account={mine} texts={texts} locale={locale} />
      <p className="account-links">
        {runsSite && (
          <a className="quiet-link" href="/console/people">
            {account.people}
          </a>
        )}
        {runsSite && (
          <a className="quiet-link" href="/console/reports">
            {fill(reportQueueTexts[locale].link, { count: String(await countOpenReports(db)) })}
          </a>
        )}
        <a className="quiet-link" href="/">
          {account.chat}
        </a>
      </p>
    </AccountPage>
  )
}
