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

/** Whole seconds until a time in Unix milliseconds, counted down; 0 when it has passed. */
export function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(time)
  useEffect(() => {
    setNow(Date.now())
    if (Date.now() >= time) return
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= time) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [time])
  return Math.max(0, Math.ceil((time - now) / 1000))
}

/** How long something took or will take: `8 s` in the words of the page, `1:05`, `2:00:00`. */
export function formatDuration(seconds: number, { answer }: Dictionary): string {
  if (seconds < 60) return fill(answer.seconds, { count: seconds })
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}
