'use client'

import { ChevronRight, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Modal } from '#components/ui/modal.tsx'
import type { PreferencesChange } from '#lib/chat/preferences.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { preferencesTexts } from '#lib/i18n/rooms/preferences.ts'
import { useSite, useStore } from '../chat-context.ts'
import { OWN_KEY, showPanel } from '../panels.ts'
import { useOwnKey } from '../state/own-key.ts'
import { AnswerSettings } from './answer-settings.tsx'
import { changePreferences } from './change-preferences.ts'
import { LookSettings } from './look-settings.tsx'
import { OwnKeySettings } from './own-key-settings.tsx'
import '#components/ui/field.css'
import './settings.css'

/** How the person at this browser wants the site to be. Everything is stored as it is changed. */
export function SettingsPanel(props: {
  /** The part that it was opened for, if it was. */
  about: string | null
  onLanguage: (locale: Locale) => void
  onClose: () => void
}) {
  const store = useStore()
  const { locale, ownKeys } = useSite()
  const texts = preferencesTexts[locale]
  const ownKey = useOwnKey()
  const [outcome, setOutcome] = useState<'saved' | 'notSaved' | null>(null)
  const change = async (wanted: PreferencesChange) => {
    setOutcome(null)
    setOutcome((await changePreferences(store, wanted)) ? 'saved' : 'notSaved')
  }
  return (
    <Modal className="settings" label={texts.title} onClose={props.onClose}>
      <header className="settings-head">
        <h2 className="font-semibold text-base">{texts.title}</h2>
        <p role="status" className={outcome === 'notSaved' ? 'text-danger' : 'text-muted'}>
          {outcome && texts[outcome]}
        </p>
        <IconButton label={texts.close} onClick={props.onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className="settings-body">
        <LookSettings onChange={change} onLanguage={props.onLanguage} />
        <AnswerSettings onChange={change} />
        {(ownKeys !== 'off' || ownKey) && <OwnKeySettings isWanted={props.about === OWN_KEY} />}
        <section>
          <h3>{texts.data.title}</h3>
          <button type="button" className="settings-link" onClick={() => showPanel('prompts')}>
            <LinkWords title={texts.data.prompts} hint={texts.data.promptsHint} />
          </button>
          <button type="button" className="settings-link" onClick={() => showPanel('data')}>
            <LinkWords title={texts.data.moving} hint={texts.data.movingHint} />
          </button>
          <a className="settings-link" href="/account">
            <LinkWords title={texts.data.account} hint={texts.data.accountHint} />
          </a>
        </section>
      </div>
    </Modal>
  )
}

function LinkWords({ title, hint }: { title: string; hint: string }): ReactNode {
  return (
    <>
      <span className="min-w-0 grow">
        <span className="block">{title}</span>
        <span className="block text-muted text-sm">{hint}</span>
      </span>
      <ChevronRight size={18} className="flex-none text-muted" aria-hidden />
    </>
  )
}
