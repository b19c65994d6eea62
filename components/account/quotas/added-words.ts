import type { Redeemed } from '#lib/accounts/quotas/redeem-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { redeemTexts } from '#lib/i18n/rooms/redeem.ts'
import { dollars, quotaInWords } from './quota-words.ts'

/** What a code adds, on one line. */
export function addedInWords({ tokens, cost, days, quota }: Redeemed, locale: Locale): string {
  const { adds } = redeemTexts[locale]
  return [
    tokens > 0 && fill(adds.tokens, { amount: tokens.toLocaleString(locale) }),
    cost > 0 && fill(adds.cost, { amount: dollars(cost, locale) }),
    days > 0 && fill(adds.pass, { days, limits: quotaInWords(quota, '', locale) }),
  ]
    .filter(Boolean)
    .join(' · ')
}
