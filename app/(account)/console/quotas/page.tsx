import { notFound } from 'next/navigation'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { PriceList } from '#components/account/quotas/price-list.tsx'
import { QuotaEditor } from '#components/account/quotas/quota-editor.tsx'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { listAccountQuotas, listRoleQuotas } from '#lib/accounts/quotas/account-quota.ts'
import { viewPrices } from '#lib/accounts/quotas/prices.ts'
import { getSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { redeemConsoleTexts } from '#lib/i18n/rooms/redeem.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'

export const generateMetadata = async () => ({
  title: quotaTexts[await requestLocale()].title,
  robots: { index: false },
})

export default async function QuotasPage() {
  const session = await getSession()
  if (session?.role !== 'owner' && session?.role !== 'admin') notFound()
  // What admins may use is for the owner to say.
  const ofAdmins = session.role === 'owner' ? (['admin'] as const) : []
  const db = await getDatabase()
  const [roleQuotas, people, codes, prices, locale, { account, errors }] = await Promise.all([
    listRoleQuotas(db),
    listAccountQuotas(db, ['user', ...ofAdmins]),
    listAccessCodes(db),
    viewPrices(db),
    requestLocale(),
    requestTexts(),
  ])
  const words = quotaTexts[locale]
  return (
    <AccountPage title={words.title} wide>
      <p>{words.intro}</p>
      <AccountPanel title={words.roles}>
        <p>{words.rolesText}</p>
        {(['guest', 'user', ...ofAdmins] as const).map((role) => (
          <QuotaEditor
            key={role}
            title={account.roles[role]}
            quota={roleQuotas[role] ?? {}}
            endpoint="/api/console/quotas"
            fixed={{ role }}
            none={words.noLimits}
            locale={locale}
            errors={errors}
          />
        ))}
      </AccountPanel>
      <AccountPanel title={words.people}>
        <p>{people.length === 0 ? words.nobody : words.peopleText}</p>
        {people.map(({ id, role, name, email, quota, ofCode }) => (
          <QuotaEditor
            key={id}
            title={name}
            about={[email, account.roles[role]].filter(Boolean).join(' · ')}
            quota={quota}
            endpoint={`/api/console/quotas/${id}`}
            none={words.asRole}
            inherited={{ ...roleQuotas[role], ...ofCode }}
            locale={locale}
            errors={errors}
          />
        ))}
      </AccountPanel>
      {codes.length > 0 && (
        <AccountPanel title={words.codes}>
          <p>{words.codesText}</p>
          {codes.map(({ id, name, quota }) => (
            <QuotaEditor
              key={id}
              title={name}
              quota={quota}
              endpoint={`/api/console/access-codes/${id}`}
              none={words.asRole}
              inherited={roleQuotas.user}
              locale={locale}
              errors={errors}
            />
          ))}
        </AccountPanel>
      )}
      <AccountPanel title={words.prices}>
        <p>{words.pricesText}</p>
        <PriceList prices={prices} locale={locale} errors={errors} />
      </AccountPanel>
      <p className="account-links">
        <a className="quiet-link" href="/account">
          {account.title}
        </a>
        <a className="quiet-link" href="/console/codes">
          {redeemConsoleTexts[locale].title}
        </a>
        <a className="quiet-link" href="/console/people">
          {account.people}
        </a>
      </p>
    </AccountPage>
  )
}
