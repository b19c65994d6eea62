'use client'

import { useEffect, useState } from 'react'
import { PageText, UNSPOKEN } from '../page-text/page-text.ts'
import { finishedLength } from './sentences.ts'

/** So often a screen reader is given what has been finished; more often it would interrupt itself. */
const SPEAK_MS = 1_000

/**
 * Gives screen readers a growing answer in finished sentences, never in tokens, and at its end the rest. What ends
 * before there was time for the first sentence is read where it stands.
 */
export function SpokenAnswer({ answerId }: { answerId: string | null }) {
  const [words, setWords] = useState('')
  useEffect(() => {
    if (answerId === null) return
    let said = 0
    const speak = (isWhole: boolean) => {
      const answer = document.querySelector(`[data-message-id="${CSS.escape(answerId)}"]`)
      const { text } = new PageText(answer?.querySelectorAll('.answer-text') ?? [], UNSPOKEN)
      // The page ends its last block with a break that nobody wrote.
      const end = isWhole ? text.length : finishedLength(text.trimEnd())
      if (end <= said) return
      setWords(text.slice(said, end).trim())
      said = end
    }
    const timer = setInterval(() => speak(false), SPEAK_MS)
    return () => {
      clearInterval(timer)
      if (said > 0) speak(true)
    }
  }, [answerId])
  return (
    <p className="sr-only" aria-live="polite" data-spoken>
      {words}
    </p>
  )
}
