import type { Locale } from '#lib/i18n/locale.ts'

/** `12 kB`, `3.4 MB`, in the words of the language. */
export function formatBytes(bytes: number, locale: Locale): string {
  const [unit, size] = bytes < 1_000_000 ? ['kilobyte', 1_000] : ['megabyte', 1_000_000]
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 2,
  }).format(Math.max(bytes, 100) / size)
}
