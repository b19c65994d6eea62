'use client'

import { useEffect, useId, useRef, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { preferencesTexts } from '#lib/i18n/rooms/preferences.ts'
import { useSite } from '../chat-context.ts'
import { forgetModels } from '../models/use-models.ts'
import { saveOwnKey, useOwnKey } from '../state/own-key.ts'
import { isComposing } from '../typing/is-composing.ts'

/** A key of the person's own, which never leaves this browser but with a question. Where it `isWanted`, the keyboard begins here. */
export function OwnKeySettings({ isWanted }: { isWanted: boolean }) {
  const { locale, ownKeys } = useSite()
  const { ownKey: texts } = preferencesTexts[locale]
  const id = useId()
  const key = useOwnKey()
  const [text, setText] = useState('')
  const [fault, setFault] = useState('')
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!isWanted) return
    // The dialog around it opens after this effect.
    const frame = requestAnimationFrame(() => {
      section.current?.scrollIntoView({ block: 'center' })
      section.current?.querySelector<HTMLElement>('input, button')?.focus({ preventScroll: true })
    })
    return () => cancelAnimationFrame(frame)
  }, [isWanted])

  const use = () => {
    const wanted = text.trim()
    if (!/^[\x21-\x7e]{8,512}$/.test(wanted) || wanted.startsWith('tain-')) return setFault(texts.wrong)
    if (!saveOwnKey(wanted)) return setFault(texts.notKept)
    setText('')
    setFault('')
    forgetModels()
  }
  return (
    <section ref={section}>
      <h3>{texts.title}</h3>
      {ownKeys === 'needed' && !key && <p className="text-warning">{texts.needed}</p>}
      <p className={ownKeys === 'off' ? 'text-danger' : 'text-muted text-sm'}>
        {ownKeys === 'off' ? texts.off : texts.about}
      </p>
      {key ? (
        <div className="settings-row">
          <p className="min-w-0 break-all">{fill(texts.inUse, { key: masked(key) })}</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              saveOwnKey(null)
              forgetModels()
            }}
          >
            {texts.remove}
          </button>
        </div>
      ) : (
        <div className="settings-writing">
          <label htmlFor={id}>{texts.label}</label>
          <div className="flex flex-wrap gap-2">
            <input
              id={id}
              type="password"
              className="field-box flex-1"
              autoComplete="off"
              spellCheck={false}
              placeholder={texts.placeholder}
              aria-describedby={`${id}-hint`}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || isComposing(event)) return
                event.preventDefault()
                use()
              }}
            />
            <button type="button" className="button button-primary" disabled={text === ''} onClick={use}>
              {texts.save}
            </button>
          </div>
          <p id={`${id}-hint`} className="text-muted text-sm">
            {texts.where}
          </p>
        </div>
      )}
      {fault !== '' && (
        <p role="alert" className="text-danger text-sm">
          {fault}
        </p>
      )}
    </section>
  )
}

/** Enough to know it again by. */
const masked = (key: string) => `${key.slice(0, 3)}…${key.slice(-4)}`
