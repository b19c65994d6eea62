'use client'

import { useEffect, useSyncExternalStore } from 'react'
import type { Prompt, PromptsAnswer } from '#lib/chat/prompts.ts'
import { postJson, requestJson } from '../state/run-client.ts'

/** The prompts of the person as far as this page knows them; null before they were asked for. */
let known: readonly Prompt[] | null = null
const listeners = new Set<() => void>()

function note(prompts: readonly Prompt[]): void {
  known = prompts
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The prompts of the person, asked for whenever a part of the page begins to need them. */
export function usePrompts(): readonly Prompt[] | null {
  useEffect(() => {
    requestJson<PromptsAnswer>('/api/prompts').then(
      ({ prompts }) => note(prompts),
      // Those that come with the site are there all the same.
      () => known ?? note([]),
    )
  }, [])
  return useSyncExternalStore(
    subscribe,
    () => known,
    () => null,
  )
}

/** Keeps prompts, in place of those with the same ids. False when that was not stored. */
export async function savePrompts(prompts: readonly Prompt[]): Promise<boolean> {
  try {
    note((await requestJson<PromptsAnswer>('/api/prompts', postJson({ prompts }))).prompts)
    return true
  } catch {
    return false
  }
}

/** False when it is still there. */
export async function deletePrompt(id: string): Promise<boolean> {
  try {
    await requestJson(`/api/prompts/${id}`, { method: 'DELETE' })
    note((known ?? []).filter((prompt) => prompt.id !== id))
    return true
  } catch {
    return false
  }
}
