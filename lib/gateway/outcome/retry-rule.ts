import type { Verdict } from './classify.ts'

/** Where to try again. `undefined`: nowhere, the caller gets what there is. */
export type RetryAt = 'other-account' | 'other-upstream' | undefined

/** Whether a request that failed before its first byte is repeated. */
export interface RetryRule {
  /** A caller's request begins. Each earns a small share of a repetition. */
  begin(): void
  /**
   * Where the request may go next. `attempts`: how often it was sent already. `replayable`: its body, if it has one,
   * can be sent again from the start. What it names is paid for at once, since it may have to wait for a key.
   */
  decide(verdict: Verdict, request: { attempts: number; replayable: boolean }): RetryAt
  /** There was no such place: no other upstream, no key. */
  giveBack(): void
}

/**
 * At most one repetition per request, and in the long run at most one for every twenty requests: when everything fails,
 * repeating doubles the load on what is failing, so then nearly all callers get the first failure at once.
 * A quiet gateway may repeat its first few failures without having earned it.
 */
export function createRetryRule({ ambiguous }: { ambiguous: boolean }): RetryRule {
  let budget = RESERVE
  return {
    begin() {
      budget = Math.min(MAX_BUDGET, budget + SHARE)
    },
    decide({ retry }, { attempts, replayable }) {
      if (retry === 'never' || attempts > 1 || !replayable || budget < 1) return undefined
      if (retry === 'ambiguous' && !ambiguous) return undefined
      budget -= 1
      return retry === 'ambiguous' ? 'other-upstream' : retry
    },
    giveBack() {
      budget = Math.min(MAX_BUDGET, budget + 1)
    },
  }
}

const SHARE = 0.05
const RESERVE = 5
const MAX_BUDGET = 10
