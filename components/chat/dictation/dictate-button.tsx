'use client'

import { Mic } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useSite, useTexts } from '../chat-context.ts'

const never = () => () => {}
const canListen = () => 'SpeechRecognition' in window || 'webkitSpeechRecognition' in window

/** Writes what is said, where the browser can listen. */
export function DictateButton({
  before,
  onWords,
}: {
  before: () => string
  onWords: (text: string) => void
}) {
  const { locale } = useSite()
  const { composer } = useTexts()
  const isPossible = useSyncExternalStore(never, canListen, () => false)
  const [state, setState] = useState<'idle' | 'listening' | 'refused' | 'failed'>('idle')
  const [guess, setGuess] = useState('')
  const stop = useRef<(() => void) | null>(null)
  useEffect(() => () => stop.current?.(), [])

  const listen = async () => {
    setState('listening')
    const { dictate, joined } = await import('./dictation.ts')
    const lang = navigator.languages.find((one) => one.startsWith(locale.slice(0, 2))) ?? locale
    stop.current = dictate(lang, {
      onWords: (text) => onWords(joined(before(), text)),
      onGuess: setGuess,
      onEnd(reason) {
        stop.current = null
        setState(reason === 'done' ? 'idle' : reason)
      },
    })
  }
  if (!isPossible) return null
  const label = state === 'listening' ? composer.dictateEnd : composer.dictate
  return (
    <>
      <button
        type="button"
        className="icon-button"
        data-listening={state === 'listening' || undefined}
        aria-label={label}
        title={`${label}\n${composer.dictateHint}`}
        aria-pressed={state === 'listening'}
        onClick={() => (state === 'listening' ? stop.current?.() : void listen())}
      >
        <Mic size={18} aria-hidden />
      </button>
      <p role="status" className="dictation-word">
        {state === 'listening' ? guess || composer.listening : null}
        {state === 'refused' && composer.dictateRefused}
        {state === 'failed' && composer.dictateFailed}
      </p>
    </>
  )
}
