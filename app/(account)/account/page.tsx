import { redirect } from 'next/navigation'
import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { ApiTokens } from '#components/account/api-tokens.tsx'
import { ConfirmPanel } from '#components/account/confirm-panel.tsx'
import { ErasePanel } from '#components/account/erase-panel.tsx'
import type { Field } from '#components/account/form-values.ts'
import { KeyNoticePanel } from '#components/account/key-notice-panel.tsx'
import { type LinkedProvider, LinkedProviders } from '#components/account/linked-providers.tsx'
import { RedeemForm } from '#components/account/quotas/redeem-form.tsx'
import { StandingList } from '#components/account/quotas/standing-list.tsx'
import { RetentionPanel } from '#components/account/retention-panel.tsx'
import { SessionList } from '#components/account/session-list.tsx'
import { type ProblemQuery, SignInProblemNote } from '#components/account/sign-in-problem.tsx'
import { findAccount, hasPassword } from '#lib/accounts/accounts.ts'
import { listApiTokens } from '#lib/accounts/api-tokens.ts'
import { hasMail } from '#lib/accounts/mail/send-mail.ts'
import { providersOf } from '#lib/accounts/providers/configured.ts'
import { listLinks } from '#lib/accounts/providers/links.ts'
import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { getSession } from '#lib/accounts/session.ts'
import { listSessions } from '#lib/accounts/session-rows.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { houseNotice, NOTICE_DAYS } from '#lib/housekeeping/house-notice.ts'
import { fill } from '#lib/i18n/fill.ts'
import { mailTexts } from '#lib/i18n/rooms/mail.ts'
import { providerTexts } from '#lib/i18n/rooms/providers.ts'
import { redeemTexts } from '#lib/i18n/rooms/redeem.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'
import { tokenTexts } from '#lib/i18n/rooms/tokens.ts'
import { keyNotice } from '#lib/secrets/rotation/key-notice.ts'
import { chatModelOf } from '#lib/upstream-config.ts'
import { requestLocale } from '../../request-locale.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'
import { ConsoleNav } from '../console/console-page.tsx'
import { GuestPage } from './guest-page.tsx'

export const generateMetadata = () => accountMetadata(({ account }) => account.title)

export default async function YourAccountPage(props: { searchParams: Promise<ProblemQuery> }) {
  const session = await getSession()
  const texts = await requestTexts()
  if (session?.role === 'guest')
    return <GuestPage userId={session.userId} texts={texts} locale={await requestLocale()} />
  const db = await getDatabase()
  const mine = session && (await findAccount(db, session.userId))
  if (!mine) redirect('/sign-in?next=/account')
  const { account, fields, errors, passwordHint } = texts
  const locale = await requestLocale()
  const runsSite = mine.role === 'owner' || mine.role === 'admin'
  const notice = runsSite ? await keyNotice(db, getConfig(), Date.now()) : undefined
  const house = runsSite ? await houseNotice(db, Date.now()) : undefined
  const sessions = await listSessions(db, mine.id, session.sessionId)
  const hasOne = await hasPassword(db, mine.id)
  const providers = await linkedProviders(db, mine.id)
  return (
    <AccountPage title={account.title} layout="settings" nav={runsSite && <ConsoleNav current="account" />}>
      <SignInProblemNote
        query={await props.searchParams}
        providers={providers}
        texts={providerTexts[locale]}
      />
      <p className="account-me">
        {mine.email && <span>{fill(account.signedInAs, { email: mine.email })}</span>}
        <span className="account-role">{account.roles[mine.role]}</span>
      </p>
      {notice && <KeyNoticePanel {...notice} locale={locale} />}
      {mine.email && !mine.isEmailConfirmed && hasMail() && (
        <ConfirmPanel email={mine.email} texts={mailTexts[locale].unconfirmed} errors={errors} />
      )}
      <AccountPanel title={account.profile}>
        <AccountForm
          method="PATCH"
          endpoint="/api/account"
          fields={[{ name: 'name', label: fields.name, value: mine.name, autoComplete: 'name' }]}
          submit={account.save}
          look="quiet"
          done={account.saved}
          errors={errors}
        />
      </AccountPanel>
      {mine.email && (
        <AccountPanel title={hasOne ? account.password : account.setPassword}>
          <AccountForm
            endpoint="/api/account/password"
            fields={[
              ...(hasOne ? [currentPassword(fields.current)] : []),
              {
                name: 'password',
                label: fields.newPassword,
                type: 'password',
                autoComplete: 'new-password',
                hint: passwordHint,
              },
            ]}
            columns={2}
            submit={hasOne ? account.change : account.save}
            look="quiet"
            done={account.changed}
            errors={errors}
          />
        </AccountPanel>
      )}
      {session.sessionId !== undefined && providers.length > 0 && (
        <AccountPanel title={providerTexts[locale].title}>
          <p>{providerTexts[locale].intro}</p>
          <LinkedProviders providers={providers} texts={providerTexts[locale]} accountTexts={texts} />
        </AccountPanel>
      )}
      {session.sessionId !== undefined && (
        <AccountPanel title={account.sessions}>
          <SessionList sessions={sessions} texts={texts} locale={locale} />
        </AccountPanel>
      )}
      <AccountPanel id="quota" title={standingTexts[locale].title}>
        <StandingList standing={await findStanding(db, mine.id, Date.now())} locale={locale} />
      </AccountPanel>
      {mine.role !== 'owner' && (
        <AccountPanel title={redeemTexts[locale].title}>
          <RedeemForm locale={locale} errors={errors} />
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
      {house && <RetentionPanel {...house} days={NOTICE_DAYS} locale={locale} />}
      <ErasePanel account={mine} texts={texts} locale={locale} />
      <p className="account-links">
        <a href="/">{account.chat}</a>
      </p>
    </AccountPage>
  )
}

const currentPassword = (label: string): Field => ({
  name: 'current',
  label,
  type: 'password',
  autoComplete: 'current-password',
})

async function linkedProviders(db: Database, accountId: string): Promise<LinkedProvider[]> {
  const links = await listLinks(db, accountId)
  return providersOf(getConfig()).map(({ id, name, issuer }) => {
    const link = links.find((each) => each.issuer === issuer)
    return { id, name, linkedAs: link ? (link.label ?? name) : null }
  })
}
