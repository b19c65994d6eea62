'use client'

import { useAwake } from '#components/ui/use-awake.ts'
import type { QuotaStanding } from '#lib/accounts/quotas/quota.ts'
import type { Locale } from '#lib/i18n/locale.ts'

type Counted = QuotaStanding['counted'][number]

const MILLION = 1_000_000

/** An amount of a limit as people read it: `1,200`, and of money `$0.35`. */
export function amountInWords(limit: Counted['limit'], amount: number, locale: Locale): string {
  if (limit !== 'costPerDay' && limit !== 'costPerMonth') return amount.toLocaleString(locale)
  const format = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const
  // What is left is never rounded up.
  return (Math.floor(amount / 10_000) / (MILLION / 10_000)).toLocaleString(locale, format)
}

/** Of a limit, what is left: from 1, all of it, to 0. One of nothing at all is used up. */
export const shareLeft = ({ most, used }: Counted) => (most === 0 ? 0 : (most - used) / most)

/** Less than this is worth a word. */
const LITTLE = 0.1

/** Whether there is credit that is used where the limit is used up. */
function hasCredit(limit: Counted['limit'], { tokens, cost }: QuotaStanding['credit']): boolean {
  if (limit === 'messagesPerHour') return false
  return (limit === 'costPerDay' || limit === 'costPerMonth' ? cost : tokens) > 0
}

/** The limit of which least is left, if that is little; of several the one that lasts longest. */
export function nearlyUsedUp({ counted, credit }: QuotaStanding): Counted | undefined {
  return counted
    .filter((one) => shareLeft(one) < LITTLE && !hasCredit(one.limit, credit))
    .toSorted((a, b) => shareLeft(a) - shareLeft(b) || b.resetsAt - a.resetsAt)[0]
}

/** A time as clocks at the reader's place show it, with the day unless it is within 20 hours; from the server in UTC. */
export function useLocalTime(time: number, locale: Locale): string {
  const isHere = useAwake()
  const isSoon = isHere && time - Date.now() < 20 * 3_600_000
  return new Intl.DateTimeFormat(locale, {
    ...(!isSoon && { month: 'short', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
    ...(!isHere && { timeZone: 'UTC', timeZoneName: 'short' }),
  }).format(time)
}
