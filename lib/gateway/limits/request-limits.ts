import type { Refusal } from '../refusal.ts'
import { rateLimited } from './limit-refusal.ts'
import type { Limits, Release } from './limits.ts'
import type { Rate } from './rate.ts'

export interface RequestRules extends CallerRules {
  /** For those without a token, by address. */
  addressRate: Rate | 'off'
}

/** For each caller with a token. */
export interface CallerRules {
  callerRate: Rate | 'off'
  /** Requests that one caller may have running at a time; one address without a token, too. */
  callerStreams: number | 'off'
}

/** Who pays for a request: the caller if a token was shown and valid, else the address's bucket. */
export interface Payer {
  caller?: string
  /** Rules of this caller's own. */
  rules?: Partial<CallerRules> | undefined
  addressBucket: string
}

/** Lets one request pass, or refuses it. Call the release when the request has ended, however it did. */
export type LimitRequest = (payer: Payer) => Promise<Release | Refusal>

/** All limits of one request in one question. Never rejects. */
export function createRequestLimits(rules: RequestRules, limits: Limits): LimitRequest {
  return async ({ caller, rules: own = {}, addressBucket }) => {
    const owner = caller === undefined ? 'address' : 'caller'
    const rate = caller === undefined ? rules.addressRate : (own.callerRate ?? rules.callerRate)
    const key = `${owner}:${caller ?? addressBucket}`

    const decision = await limits.take(key, rate)
    if (!decision.allowed && rate !== 'off') return rateLimited(owner, rate, decision.retryAfterMs)
    return limits.streams.acquire(key, own.callerStreams ?? rules.callerStreams)
  }
}
