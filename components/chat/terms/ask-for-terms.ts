'use client'

import { useSyncExternalStore } from 'react'
import { TERMS_NOT_ACCEPTED } from '#lib/legal/acceptance-code.ts'

/**
 * Between a request that the site refuses for the terms and the dialog in which they are accepted. However many requests
 * are refused at once, there is one dialog, and its outcome is theirs.
 */

let settle: ((isAccepted: boolean) => void) | null = null
let asked: Promise<boolean> | null = null
const listeners = new Set<() => void>()

/** Does it, and once more if the site wants its terms accepted first and the person does that. */
export async function withTerms<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!isForTerms(error) || !(await askForTerms())) throw error
    return await attempt()
  }
}

const isForTerms = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === TERMS_NOT_ACCEPTED

/** Opens the dialog, or waits for the one that is open. */
function askForTerms(): Promise<boolean> {
  if (asked) return asked
  const outcome = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  asked = outcome
  tell()
  return outcome
}

/** The dialog's outcome; it closes. */
export function answerTerms(isAccepted: boolean): void {
  settle?.(isAccepted)
  settle = null
  asked = null
  tell()
}

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether the dialog is to be shown. */
export function useTermsAsked(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => asked !== null,
    () => false,
  )
}
