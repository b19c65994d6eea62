import type { Rate } from './rate.ts'

/**
 * The generic cell rate algorithm with the decisions of nginx's `limit_req zone=… rate=… burst=… nodelay`
 * (`ngx_http_limit_req_lookup`), in whole numbers: a request costs `periodMs`, each millisecond pays back `count`.
 * nginx rounds its rate down to thousandths of a request per second; here the rate is exact.
 */
export interface Bucket {
  /** What is owed beyond the rate after the last allowed request. */
  excess: number
  /** When that was. */
  lastMs: number
}

/** `retryAfterMs`: asking again then is allowed if nobody else asked meanwhile; a millisecond earlier is not. */
export type Decision = { allowed: true } | { allowed: false; retryAfterMs: number }

export const ALLOWED: Decision = { allowed: true }

/** A clock that went back further than this was set anew, and is believed. A smaller step back only stands still. */
const CLOCK_STEP_MS = 60_000

/**
 * Whether a request at `nowMs` is within the rate, and the bucket to remember. A refused request costs nothing.
 * `bucket` is undefined for a caller not seen before, which is the same as one whose bucket has drained.
 */
export function takeOne(
  bucket: Bucket | undefined,
  { count, periodMs, burst }: Rate,
  nowMs: number,
): { decision: Decision; bucket: Bucket } {
  if (!bucket) return { decision: ALLOWED, bucket: { excess: 0, lastMs: nowMs } }
  const { excess } = bucket
  const lastMs = nowMs < bucket.lastMs - CLOCK_STEP_MS ? nowMs : bucket.lastMs
  const next = Math.max(0, excess - count * Math.max(0, nowMs - lastMs) + periodMs)
  const tooMuch = next - burst * periodMs
  if (tooMuch > 0) {
    const retryAfterMs = Math.max(0, lastMs - nowMs) + Math.ceil(tooMuch / count)
    return { decision: { allowed: false, retryAfterMs }, bucket: { excess, lastMs } }
  }
  return { decision: ALLOWED, bucket: { excess: next, lastMs: Math.max(lastMs, nowMs) } }
}

/** From when on the bucket is worth nothing: forgetting it changes no decision. */
export function drainedAtMs({ excess, lastMs }: Bucket, { count, periodMs }: Rate): number {
  return lastMs + Math.ceil((excess + periodMs) / count)
}
