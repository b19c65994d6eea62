import type { Refusal } from '../refusal.ts'
import { describeRate, type Rate } from './rate.ts'

/** Whose bucket was empty, in words for the caller. */
export type LimitOwner = 'address' | 'caller'

const OWNERS = { address: 'your address', caller: 'one caller' }

/** When a stream ends nobody knows, so the caller is asked to look again soon. */
const STREAM_RETRY_MS = 1000

/** The answer to a request beyond the rate: 429, with the exact time at which the next one is allowed. */
export function rateLimited(owner: LimitOwner, rate: Rate, retryAfterMs: number): Refusal {
  return limited(
    `This is this site's own limit, not OpenAI's: it serves ${describeRate(rate)} from ${OWNERS[owner]}.`,
    retryAfterMs,
  )
}

/** The answer to one stream too many. */
export function tooManyStreams(max: number): Refusal {
  return limited(
    `This is this site's own limit, not OpenAI's: you may have ${max} requests running at a time.`,
    STREAM_RETRY_MS,
  )
}

/** `retry-after` is in whole seconds (RFC 9110); `retry-after-ms` is what OpenAI's SDKs read first. */
function limited(message: string, retryAfterMs: number): Refusal {
  const seconds = Math.ceil(retryAfterMs / 1000)
  return {
    refused: true,
    status: 429,
    code: 'site_rate_limited',
    message: `${message} Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    headers: ['retry-after', String(seconds), 'retry-after-ms', String(retryAfterMs)],
  }
}
