'use client'

import { useEffect, useState } from 'react'
import type { ModelsAnswer } from '#lib/chat/model-facts.ts'
import { ownKeyHeaders } from '../state/own-key.ts'
import { requestJson } from '../state/run-client.ts'
import { noteModels, useKnownModels } from './known-models.ts'

const FRESH_MS = 5 * 60_000
let askedAt = Number.NEGATIVE_INFINITY

/** Another key may have other models: they are asked for anew when they are next looked at. */
export function forgetModels(): void {
  askedAt = Number.NEGATIVE_INFINITY
}

/** The models to choose from, asked for unless that was just done; what was known meanwhile, and whether asking failed. */
export function useModels(): { answer: ModelsAnswer | null; failed: boolean; retry: () => void } {
  const answer = useKnownModels()
  const [attempt, setAttempt] = useState(0)
  const [failed, setFailed] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks again.
  useEffect(() => {
    if (Date.now() - askedAt < FRESH_MS) return
    requestJson<ModelsAnswer>('/api/models', { headers: ownKeyHeaders() }).then(
      (models) => {
        if (!models.isIncomplete) askedAt = Date.now()
        setFailed(false)
        noteModels(models)
      },
      () => setFailed(true),
    )
  }, [attempt])
  return { answer, failed, retry: () => setAttempt(attempt + 1) }
}
