import { AccountPanel } from '#components/account/account-panel.tsx'
import { PriceList } from '#components/account/quotas/price-list.tsx'
import { QuotaEditor } from '#components/account/quotas/quota-editor.tsx'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { listAccountQuotas, listRoleQuotas } from '#lib/accounts/quotas/account-quota.ts'
import { viewPrices } from '#lib/accounts/quotas/prices.ts'
import { getDatabase } from '#lib/db/database.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('quotas')

export default async function QuotasPage() {
  const session = await operatorSession()
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
    <ConsolePage name="quotas">
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
    </ConsolePage>
  )
}
