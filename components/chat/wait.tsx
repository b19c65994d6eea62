'use client'

import { useEffect, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { useReading } from './chat-context.ts'

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

/** `42 s`, `1:05`, `2:00:00`. */
export function formatWait(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/**
 * From when on something can be tried again, and once that has come, that it can. Said politely, and only those two
 * times: what ticks is for the eye.
 */
export function Wait({ until }: { until: number }) {
  const { locale, texts } = useReading()
  const seconds = useSecondsUntil(until)
  const [hasWaited, setHasWaited] = useState(false)
  useEffect(() => {
    if (seconds > 0) setHasWaited(true)
  }, [seconds])
  const clock = new Intl.DateTimeFormat(locale, {
    ...(until - Date.now() > 20 * 3_600_000 && { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds < 600 && { second: '2-digit' }),
  })
  return (
    <p className="text-[0.9375rem]">
      <span role="status">
        {seconds > 0
          ? fill(texts.failure.again, { time: clock.format(until) })
          : hasWaited && texts.failure.againNow}
      </span>
      {seconds > 0 && <span aria-hidden="true">{` (${formatWait(seconds)})`}</span>}
    </p>
  )
}
