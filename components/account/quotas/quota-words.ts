import type { Quota } from '#lib/accounts/quotas/quota.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'

const MILLION = 1_000_000

/** What people type and read is counted in these: dollars, and megabytes. */
export const SCALES: Partial<Record<keyof Quota, number>> = {
  costPerDay: MILLION,
  costPerMonth: MILLION,
  uploadBytes: MILLION,
}

/** Every limit, in the order in which they are shown. */
export const LIMITS = [
  'messagesPerHour',
  'streams',
  'tokensPerDay',
  'tokensPerMonth',
  'costPerDay',
  'costPerMonth',
  'uploadBytes',
  'models',
] as const satisfies (keyof Quota)[]

/** A limit as people read it: `60`, `100,000`, `2.5`, `gpt-5*, o3`. */
export function limitInWords(quota: Quota, limit: keyof Quota, locale: Locale): string | undefined {
  if (limit === 'models') return quota.models?.join(locale === 'zh-CN' ? '、' : ', ')
  const value = quota[limit]
  if (value === undefined) return undefined
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value / (SCALES[limit] ?? 1))
}

/** Each limit that a quota has, in words. */
export function limitsInWords(quota: Quota, locale: Locale): string[] {
  const words = quotaTexts[locale]
  return LIMITS.flatMap((limit) => {
    const value = limitInWords(quota, limit, locale)
    return value === undefined ? [] : [fill(words.limitIs, { limit: words.limits[limit], value })]
  })
}

/** All limits of a quota on one line; `none` where it has none. */
export const quotaInWords = (quota: Quota, none: string, locale: Locale): string =>
  limitsInWords(quota, locale).join(' · ') || none

/** Millionths of a dollar as money: `$0.75`. */
export function dollars(millionths: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 6,
  }).format(millionths / MILLION)
}
