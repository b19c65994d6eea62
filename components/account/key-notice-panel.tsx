import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { keysTexts } from '#lib/i18n/rooms/keys.ts'
import { AccountPanel } from './account-panel.tsx'

/** Tells the owner that keys are old, or that rotating them fails and why. */
export function KeyNoticePanel(props: {
  kind: 'old' | 'failing'
  sinceMs: number
  sentence?: string
  locale: Locale
}) {
  const texts = keysTexts[props.locale]
  const date = new Intl.DateTimeFormat(props.locale, { dateStyle: 'long' }).format(props.sinceMs)
  return (
    <AccountPanel title={texts.title}>
      <p>{fill(texts[props.kind], { date })}</p>
      {props.sentence !== undefined && (
        <p className="account-hint" lang="en">
          {props.sentence}
        </p>
      )}
    </AccountPanel>
  )
}
