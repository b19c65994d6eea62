'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { memo } from 'react'
import type { Locale } from '#lib/i18n/locale.ts'
import { useChat, useSite, useStore, useTexts } from '../chat-context.ts'
import { showPanel } from '../panels.ts'
import { chooseTheme } from '../settings/change-preferences.ts'

/** Each language is named in itself, so that everyone finds their own. */
export const languages: readonly { locale: Locale; name: string }[] = [
  { locale: 'zh-CN', name: '中文' },
  { locale: 'en', name: 'English' },
]

/** Language, appearance, settings, account and the terms. */
export const SidebarFoot = memo(function SidebarFoot({
  onLanguage,
  onLeave,
}: {
  onLanguage: (locale: Locale) => void
  /** Something else is shown; the drawer closes. */
  onLeave?: (() => void) | undefined
}) {
  const texts = useTexts()
  return (
    <div className="sidebar-foot">
      <div className="sidebar-switches">
        <LanguageSwitch onLanguage={onLanguage} />
        <ThemeSwitch />
      </div>
      <p className="sidebar-links">
        <button
          type="button"
          className="quiet-link py-1"
          onClick={() => {
            onLeave?.()
            showPanel('settings')
          }}
        >
          {texts.sidebar.settings}
        </button>
        <a className="quiet-link py-1" href="/account">
          {texts.account}
        </a>
        <a className="quiet-link py-1" href="/terms">
          {texts.terms}
        </a>
        <a className="quiet-link py-1" href="/privacy">
          {texts.privacy}
        </a>
      </p>
    </div>
  )
})

function LanguageSwitch({ onLanguage }: { onLanguage: (locale: Locale) => void }) {
  const { locale: current } = useSite()
  const { sidebar } = useTexts()
  return (
    <fieldset className="segments" aria-label={sidebar.language}>
      {languages.map(({ locale, name }) => (
        <button
          key={locale}
          type="button"
          className="segment"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => locale !== current && onLanguage(locale)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  )
}

function ThemeSwitch() {
  const { sidebar } = useTexts()
  const store = useStore()
  const theme = useChat((state) => state.preferences.theme)
  const choices = [
    { value: 'system', label: sidebar.themeSystem, icon: <Monitor size={15} aria-hidden /> },
    { value: 'light', label: sidebar.themeLight, icon: <Sun size={15} aria-hidden /> },
    { value: 'dark', label: sidebar.themeDark, icon: <Moon size={15} aria-hidden /> },
  ] as const
  return (
    <fieldset className="segments" aria-label={sidebar.theme}>
      {choices.map(({ value, label, icon }) => (
        <button
          key={value}
          type="button"
          className="segment"
          aria-label={label}
          title={label}
          aria-pressed={theme === value}
          onClick={() => chooseTheme(store, value)}
        >
          {icon}
        </button>
      ))}
    </fieldset>
  )
}
