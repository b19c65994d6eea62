'use client'

import { Pause, Play, Settings2, SkipBack, SkipForward, X } from 'lucide-react'
import { useState } from 'react'
import { aloudTexts } from '#lib/i18n/rooms/aloud.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useReading } from '../chat-context.ts'
import type { Aloud } from './aloud.ts'
import './aloud-bar.css'
import { pauseReading, resumeReading, skipSentence } from './read-aloud.ts'
import { VoiceChoice } from './voice-choice.tsx'

/** Above the composer while an answer is read aloud: what one can do about it. */
export function AloudBar({ aloud: { state, stop } }: { aloud: Aloud }) {
  const words = aloudTexts[useReading().locale]
  const [choosesVoice, setChoosesVoice] = useState(false)
  const isPaused = state === 'paused'
  return (
    <section className="aloud glass" aria-label={words.label}>
      <div className="aloud-row">
        <p role="status">{state === 'failed' ? words.failed : isPaused ? words.paused : words.reading}</p>
        {state !== 'failed' && (
          <>
            <IconButton label={words.previous} onClick={() => skipSentence(-1)}>
              <SkipBack size={16} aria-hidden />
            </IconButton>
            <IconButton
              label={isPaused ? words.resume : words.pause}
              onClick={isPaused ? resumeReading : pauseReading}
            >
              {isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
            </IconButton>
            <IconButton label={words.next} onClick={() => skipSentence(1)}>
              <SkipForward size={16} aria-hidden />
            </IconButton>
          </>
        )}
        <IconButton
          label={words.voices}
          isPressed={choosesVoice}
          onClick={() => setChoosesVoice(!choosesVoice)}
        >
          <Settings2 size={16} aria-hidden />
        </IconButton>
        <IconButton label={words.stop} onClick={stop}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      {choosesVoice && <VoiceChoice onChange={() => state === 'speaking' && skipSentence(0)} />}
    </section>
  )
}
