'use client'

import { useEffect, useState } from 'react'
import type { SearchAnswer, SearchRequest } from '#lib/chat/contract.ts'
import { postJson, requestJson } from '../state/run-client.ts'

/** Typing faster than this asks once. */
const PAUSE_MS = 120
const PAGE = 20

interface Found extends SearchAnswer {
  query: string
}

/** Asks the site whenever the query rests; the answer to an older question is never shown over a newer one. */
export function useSearch(query: string) {
  const [found, setFound] = useState<Found | null>(null)
  const [failed, setFailed] = useState(false)
  const [asked, setAsked] = useState({ limit: PAGE, attempt: 0 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words begin with the first results again.
  useEffect(() => setAsked({ limit: PAGE, attempt: 0 }), [query])
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const body: SearchRequest = { query, limit: asked.limit }
      try {
        const init = { ...postJson(body), signal: abort.signal }
        setFound({ ...(await requestJson<SearchAnswer>('/api/search', init)), query })
        setFailed(false)
      } catch {
        if (!abort.signal.aborted) setFailed(true)
      }
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [query, asked])
  return {
    found,
    failed,
    askMore: () => setAsked(({ limit, attempt }) => ({ limit: Math.min(200, limit * 2), attempt })),
    retry: () => setAsked(({ limit, attempt }) => ({ limit, attempt: attempt + 1 })),
  }
}
