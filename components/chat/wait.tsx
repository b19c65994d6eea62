'use client'

import { useEffect, useState } from 'react'
import { fill } from '#lib/i18n/fill.ts'
import { useReading } from './chat-context.ts'
import { formatDuration, useSecondsUntil } from './duration.ts'

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
    <p>
      <span role="status">
        {seconds > 0
          ? fill(texts.failure.again, { time: clock.format(until) })
          : hasWaited && texts.failure.againNow}
      </span>
      {seconds > 0 && (
        <span aria-hidden="true">{fill(texts.failure.left, { time: formatDuration(seconds, texts) })}</span>
      )}
    </p>
  )
}
