import type { RunError } from '../contract.ts'
import { toRunError } from './run-error.ts'

export interface Outcome {
  status: 'complete' | 'stopped' | 'interrupted' | 'failed'
  error: RunError | null
}

/** How an answer ended that upstream finished. */
export function outcomeOf(finish: 'complete' | 'refused' | 'cut'): Outcome {
  if (finish === 'complete') return { status: 'complete', error: null }
  if (finish === 'refused') return { status: 'failed', error: { code: 'content_refused' } }
  return { status: 'interrupted', error: { code: 'upstream_down' } }
}

/** How an answer ended that broke off, by the abort of `signal` (whose reason may be `stopped`) or upstream's fault. */
export function outcomeOfError(
  error: unknown,
  { signal, hasText }: { signal: AbortSignal; hasText: boolean },
): Outcome {
  if (signal.aborted) {
    return { status: signal.reason === 'stopped' ? 'stopped' : 'interrupted', error: null }
  }
  // What was written stays and can be continued; only an answer without a word has failed.
  return { status: hasText ? 'interrupted' : 'failed', error: toRunError(error) }
}
