'use client'

import { useSyncExternalStore } from 'react'
import { type ModelsAnswer, modelTitle } from '#lib/chat/model-facts.ts'
import { useSite } from '../chat-context.ts'

let known: ModelsAnswer | null = null
const listeners = new Set<() => void>()

/** Notes what the site told about its models, for everything on the page that names one. */
export function noteModels(answer: ModelsAnswer): void {
  known = answer
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What was told about models so far; null until somebody wanted to see them. */
export function useKnownModels(): ModelsAnswer | null {
  return useSyncExternalStore(
    subscribe,
    () => known,
    () => null,
  )
}

/** The name of a model as people know it; `null` stands for the model of whoever chose none, which may be unknown yet. */
export function useModelName(id: string | null): string | null {
  const { models } = useSite()
  const told = useKnownModels()
  const actual = id ?? models.defaultId ?? told?.defaultId ?? null
  if (actual === null) return null
  return models.names[actual] ?? told?.models.find((one) => one.id === actual)?.name ?? modelTitle(actual)
}
