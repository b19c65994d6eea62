'use client'

import { useEffect, useReducer } from 'react'
import { aloudTexts } from '#lib/i18n/rooms/aloud.ts'
import { useReading } from '../chat-context.ts'
import {
  chooseRate,
  chooseVoice,
  chosenRate,
  rates,
  type VoiceLanguage,
  voiceFor,
  voicesFor,
} from './voices.ts'

/** With which voices, and how fast. Kept in this browser, whose voices they are. */
export function VoiceChoice({ onChange }: { onChange: () => void }) {
  const words = aloudTexts[useReading().locale]
  const [, renew] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    // Browsers learn of their voices after the page has loaded.
    speechSynthesis.addEventListener('voiceschanged', renew)
    return () => speechSynthesis.removeEventListener('voiceschanged', renew)
  }, [])
  const changed = () => {
    renew()
    onChange()
  }
  return (
    <div className="aloud-voices">
      {(['zh', 'en'] as const).map((language) => (
        <VoiceSelect key={language} language={language} onChange={changed} />
      ))}
      <label>
        {words.rate}
        <select
          value={chosenRate()}
          onChange={(event) => {
            chooseRate(Number(event.target.value))
            changed()
          }}
        >
          {rates.map((rate) => (
            <option key={rate} value={rate}>
              {rate} ×
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function VoiceSelect({ language, onChange }: { language: VoiceLanguage; onChange: () => void }) {
  const words = aloudTexts[useReading().locale]
  const voices = voicesFor(language)
  return (
    <label>
      {words.voiceOf[language]}
      <select
        value={voiceFor(language)?.voiceURI}
        disabled={voices.length === 0}
        onChange={(event) => {
          chooseVoice(language, event.target.value)
          onChange()
        }}
      >
        {voices.length === 0 && <option>{words.noVoice}</option>}
        {voices.map(({ voiceURI, name }) => (
          <option key={voiceURI} value={voiceURI}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
