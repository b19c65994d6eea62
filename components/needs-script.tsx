import type { Locale } from '#lib/i18n/locale.ts'
import { noScriptTexts } from '#lib/i18n/no-script.ts'

/** Above a page that looks alive without its script, and is not. */
export function NeedsScript({ locale, className = '' }: { locale: Locale; className?: string }) {
  return (
    <noscript>
      <p
        className={`text-balance border-line border-y bg-surface px-6 py-3 text-center text-ink ${className}`}
      >
        {noScriptTexts[locale]}
      </p>
    </noscript>
  )
}
