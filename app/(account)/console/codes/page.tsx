import { RedeemBatches } from '#components/account/quotas/redeem-batches.tsx'
import { listRedeemBatches } from '#lib/accounts/quotas/redeem.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, noConsole, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('codes')

export default async function RedeemCodesPage() {
  if (!(await operatorSession())) return noConsole()
  const [batches, locale, { errors }] = await Promise.all([
    listRedeemBatches(await getDatabase()),
    requestLocale(),
    requestTexts(),
  ])
  return (
    <ConsolePage name="codes">
      <RedeemBatches batches={batches} now={Date.now()} locale={locale} errors={errors} />
    </ConsolePage>
  )
}
