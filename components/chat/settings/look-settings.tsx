'use client'

import type { ReactNode } from 'react'
import { textSizes, themes } from '#components/ui/appearance.ts'
import type { PreferencesChange } from '#lib/chat/preferences.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { preferencesTexts } from '#lib/i18n/rooms/preferences.ts'
import { useChat, useSite } from '../chat-context.ts'
import { COMMAND } from '../palette/command-key.ts'
import { languages } from '../sidebar/sidebar-foot.tsx'

/** Language, appearance, size of text, and what sends. */
export function LookSettings(props: {
  onChange: (change: PreferencesChange) => void
  onLanguage: (locale: Locale) => void
}) {
  const { locale } = useSite()
  const { look } = preferencesTexts[locale]
  const { theme, textSize, sendKey } = useChat((state) => state.preferences)
  const onChange = props.onChange
  return (
    <section>
      <h3>{look.title}</h3>
      <Choice
        label={look.language}
        value={locale}
        options={languages.map(({ locale: value, name }) => ({ value, label: name, lang: value }))}
        onChoose={(value) => value !== locale && props.onLanguage(value)}
      />
      <Choice
        label={look.theme}
        value={theme}
        options={themes.map((value) => ({ value, label: look.themes[value] }))}
        onChoose={(value) => onChange({ theme: value })}
      />
      <Choice
        label={look.textSize}
        value={textSize}
        options={textSizes.map((value) => ({ value, label: look.textSizes[value] }))}
        onChoose={(value) => onChange({ textSize: value })}
      />
      <Choice
        label={look.sendKey}
        hint={look.sendKeyHint[sendKey]}
        value={sendKey}
        options={(['enter', 'modifier'] as const).map((value) => ({
          value,
          label: fill(look.sendKeys[value], { command: COMMAND }),
        }))}
        onChoose={(value) => onChange({ sendKey: value })}
      />
    </section>
  )
}

function Choice<T extends string>(props: {
  label: string
  hint?: string
  value: T
  options: readonly { value: T; label: string; lang?: string }[]
  onChoose: (value: T) => void
}): ReactNode {
  return (
    <div className="settings-row">
      <p>
        {props.label}
        {props.hint && <span className="block text-muted text-sm">{props.hint}</span>}
      </p>
      <fieldset className="segments" aria-label={props.label}>
        {props.options.map(({ value, label, lang }) => (
          <button
            key={value}
            type="button"
            className="segment"
            lang={lang}
            aria-pressed={value === props.value}
            onClick={() => props.onChoose(value)}
          >
            {label}
          </button>
        ))}
      </fieldset>
    </div>
  )
}
