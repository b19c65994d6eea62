'use client'

import { useEffect, useState } from 'react'
import type { Dictionary } from '#lib/i18n/en.ts'
import { fill } from '#lib/i18n/fill.ts'

/** Whole seconds since a moment (Unix milliseconds), counted while it is shown. */
export function useElapsed(since: number): number {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.floor((Date.now() - since) / 1000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [since])
  return seconds
}

/** `8 s` in the words of the page, `1:05`. */
export function formatElapsed(seconds: number, { answer }: Dictionary): string {
  if (seconds < 60) return fill(answer.seconds, { count: seconds })
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
