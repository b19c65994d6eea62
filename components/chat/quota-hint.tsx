'use client'

import { useEffect, useState } from 'react'
import { amountInWords, nearlyUsedUp, useLocalTime } from '#components/quotas/standing-words.ts'
import type { QuotaStanding } from '#lib/accounts/quotas/quota.ts'
import { fill } from '#lib/i18n/fill.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'
import { useSite } from './chat-context.ts'
import { useOwnKey } from './state/own-key.ts'
import { requestJson } from './state/run-client.ts'

/** Says when little is left of a limit. Looks when the page opens and whenever an answer has ended. */
export function QuotaHint({ isRunning }: { isRunning: boolean }) {
  const [standing, setStanding] = useState<QuotaStanding | null>(null)
  useEffect(() => {
    if (isRunning) return
    const leaving = new AbortController()
    // Without an answer the hint stays as it is: what is used up is said in any case when a question is refused.
    requestJson<QuotaStanding | null>('/api/quota', { signal: leaving.signal }).then(setStanding, () => {})
    return () => leaving.abort()
  }, [isRunning])
  // Whoever asks with a key of their own is not counted.
  const ownKey = useOwnKey()
  const little = standing && ownKey === null ? nearlyUsedUp(standing) : undefined
  return little ? <Hint {...little} /> : null
}

function Hint({ limit, most, used, resetsAt }: QuotaStanding['counted'][number]) {
  const { locale } = useSite()
  const words = standingTexts[locale]
  const time = useLocalTime(resetsAt, locale)
  return (
    <p className="quota-hint" role="status">
      {fill(words.hint, {
        limit: words.limits[limit],
        left: amountInWords(limit, most - used, locale),
        most: amountInWords(limit, most, locale),
        time,
      })}
      {' · '}
      <a href="/account#quota">{words.more}</a>
    </p>
  )
}
