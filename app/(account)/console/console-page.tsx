import { cache, type ReactNode } from 'react'
import { AccountNav } from '#components/account/account-nav.tsx'
import { AccountPage } from '#components/account/account-panel.tsx'
import { getSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { redeemConsoleTexts } from '#lib/i18n/rooms/redeem.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { countOpenReports } from '#lib/legal/reports.ts'
import { nothingAt } from '../../nothing-at.ts'
import { requestLocale } from '../../request-locale.ts'
import NoAccountPage from '../not-found.tsx'

/** The pages of those who run the site, by the last part of their address. */
const heads = {
  people: (locale) => accountTexts[locale].people,
  quotas: (locale) => quotaTexts[locale],
  codes: (locale) => redeemConsoleTexts[locale],
  reports: (locale) => reportQueueTexts[locale],
  moderation: (locale) => moderationTexts[locale],
} satisfies Record<string, (locale: Locale) => { title: string; intro: string }>

type ConsolePageName = keyof typeof heads
const names = Object.keys(heads) as ConsolePageName[]

export async function consoleMetadata(name: ConsolePageName) {
  const [session, locale] = await Promise.all([operatorSession(), requestLocale()])
  const { title } = session ? heads[name](locale) : dictionaryOf(locale).notFound
  return { title, robots: { index: false } }
}

/** The session of an owner or an admin; null for everybody else, to whom {@link noConsole} says that there is no such page. */
export const operatorSession = cache(async () => {
  const session = await getSession()
  return session?.role === 'owner' || session?.role === 'admin' ? session : null
})

export const noConsole = () => nothingAt(<NoAccountPage />)

/** A page of the console: its heading, what it is for, and the ways to the others. */
export async function ConsolePage({ name, children }: { name: ConsolePageName; children: ReactNode }) {
  const locale = await requestLocale()
  const { title, intro } = heads[name](locale)
  const { account } = accountTexts[locale]
  return (
    <AccountPage title={title} layout="wide" nav={<ConsoleNav current={name} />}>
      <p>{intro}</p>
      {children}
      <p className="account-links">
        <a href="/">{account.chat}</a>
      </p>
    </AccountPage>
  )
}

/** The ways between the account and the console; how many reports wait is said on the way. */
export async function ConsoleNav({ current }: { current: ConsolePageName | 'account' }) {
  const [locale, count] = await Promise.all([requestLocale(), getDatabase().then(countOpenReports)])
  const { account } = accountTexts[locale]
  const inWords = fill(reportQueueTexts[locale].waiting, { count })
  return (
    <AccountNav
      label={account.pages}
      places={[
        { href: '/account', title: account.title, isCurrent: current === 'account' },
        ...names.map((name) => ({
          href: `/console/${name}`,
          title: heads[name](locale).title,
          isCurrent: name === current,
          waiting: name === 'reports' && count > 0 ? { count, inWords } : undefined,
        })),
      ]}
    />
  )
}
