import type { Locale } from './locale.ts'

/** So many days, in words: `1 day`, `30 days`, `30 天`. */
export function daysIn(locale: Locale, days: number): string {
  if (locale === 'zh-CN') return `${days} 天`
  return days === 1 ? '1 day' : `${days} days`
}
