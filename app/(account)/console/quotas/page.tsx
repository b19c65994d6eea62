import { AccountPanel } from '#components/account/account-panel.tsx'
import { PeopleQuotas } from '#components/account/quotas/people-quotas.tsx'
import { PriceList } from '#components/account/quotas/price-list.tsx'
import { QuotaEditor } from '#components/account/quotas/quota-editor.tsx'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { peopleQuery } from '#lib/accounts/people-contract.ts'
import { listAccountQuotas, listRoleQuotas } from '#lib/accounts/quotas/account-quota.ts'
import { viewPrices } from '#lib/accounts/quotas/prices.ts'
import { getDatabase } from '#lib/db/database.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, noConsole, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('quotas')

export default async function QuotasPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const session = await operatorSession()
  if (!session) return noConsole()
  const { q } = peopleQuery.parse(await searchParams)
  // What admins may use is for the owner to say.
  const ofAdmins = session.role === 'owner' ? (['admin'] as const) : []
  const db = await getDatabase()
  const [roleQuotas, found, codes, prices, locale, texts] = await Promise.all([
    listRoleQuotas(db),
    listAccountQuotas(db, ['user', ...ofAdmins], q),
    listAccessCodes(db),
    viewPrices(db),
    requestLocale(),
    requestTexts(),
  ])
  const words = quotaTexts[locale]
  const { account, errors } = texts
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
      <PeopleQuotas {...found} q={q} roleQuotas={roleQuotas} locale={locale} texts={texts} />
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
