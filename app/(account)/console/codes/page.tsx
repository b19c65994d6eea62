import { notFound } from 'next/navigation'
import { AccountPage } from '#components/account/account-panel.tsx'
import { RedeemBatches } from '#components/account/quotas/redeem-batches.tsx'
import { listRedeemBatches } from '#lib/accounts/quotas/redeem.ts'
import { getSession } from '#lib/accounts/session.ts'
import { getDatabase } from '#lib/db/database.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { redeemConsoleTexts } from '#lib/i18n/rooms/redeem.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'

export const generateMetadata = async () => ({
  title: redeemConsoleTexts[await requestLocale()].title,
  robots: { index: false },
})

export default async function RedeemCodesPage() {
  const session = await getSession()
  if (session?.role !== 'owner' && session?.role !== 'admin') notFound()
  const [batches, locale, { account, errors }] = await Promise.all([
    listRedeemBatches(await getDatabase()),
    requestLocale(),
    requestTexts(),
  ])
  const words = redeemConsoleTexts[locale]
  return (
    <AccountPage title={words.title} wide>
      <p>{words.intro}</p>
      <RedeemBatches batches={batches} now={Date.now()} locale={locale} errors={errors} />
      <p className="account-links">
        <a className="quiet-link" href="/console/quotas">
          {quotaTexts[locale].title}
        </a>
        <a className="quiet-link" href="/account">
          {account.title}
        </a>
      </p>
    </AccountPage>
  )
}
