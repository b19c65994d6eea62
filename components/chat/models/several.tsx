'use client'

import { Columns2 } from 'lucide-react'
import { fill } from '#lib/i18n/fill.ts'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { useSite } from '../chat-context.ts'

/** The way to choosing several models, and its end: the button says what is missing until two are `chosen`. */
export function Several(props: {
  /** Those chosen so far; null while one is chosen. */
  chosen: readonly string[] | null
  /** How many there are to choose from, two at least. */
  offered: number
  onBegin: () => void
  onDone: (ids: readonly string[]) => void
}) {
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  const { chosen, offered } = props
  if (!chosen) {
    return (
      <button type="button" className="model-several" onClick={props.onBegin}>
        <Columns2 size={15} aria-hidden />
        {texts.several}
      </button>
    )
  }
  return (
    <div className="model-several">
      <button
        type="button"
        className="button button-primary grow justify-center"
        disabled={chosen.length < 2}
        onClick={() => props.onDone(chosen)}
      >
        {fill((offered > 2 ? texts.severalMissing : texts.bothMissing)[chosen.length] ?? texts.severalDone, {
          count: chosen.length,
        })}
      </button>
    </div>
  )
}
