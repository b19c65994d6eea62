import { type RawHeaders, valuesOf } from '../headers.ts'

/** A dimension in which OpenAI counts: the headers are `x-ratelimit-{remaining,reset}-{requests,tokens}`. */
export type Dimension = 'requests' | 'tokens'

/**
 * How long upstream says to wait before asking again, in milliseconds; undefined when it says nothing usable.
 *
 * `retry-after-ms` and `retry-after` tell when such a request is served again and are preferred in that order, as the
 * official SDKs do. Without them it is the reset of the dimension that is exhausted (or that `limited` names, from the
 * error's type); that is later, namely when the whole allowance has come back. `nowMs` is the wall clock: an HTTP date is measured against it.
 */
export function statedWaitMs(headers: RawHeaders, nowMs: number, limited?: string): number | undefined {
  return retryAfterMs(headers, nowMs) ?? exhaustedResetMs(headers, limited)
}

/** `retry-after-ms`, else `retry-after` in seconds (fractions too) or as an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: RawHeaders, nowMs: number): number | undefined {
  const exact = plainNumber(first(headers, 'retry-after-ms'))
  if (exact !== undefined) return exact
  const value = first(headers, 'retry-after')
  const seconds = plainNumber(value)
  if (seconds !== undefined) return seconds * 1000
  // Only what looks like a date: `Date.parse` makes one out of '-1' and of much else.
  if (value === undefined || !/^[a-z]{3,9},? .*\d{4}.*:\d\d/i.test(value)) return undefined
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

function exhaustedResetMs(headers: RawHeaders, limited: string | undefined): number | undefined {
  const resets = (['requests', 'tokens'] satisfies Dimension[])
    .filter((dimension) => limited === dimension || plainNumber(remaining(headers, dimension)) === 0)
    .map((dimension) => goDurationMs(first(headers, `x-ratelimit-reset-${dimension}`) ?? ''))
    .filter((reset) => reset !== undefined)
  return resets.length > 0 ? Math.max(...resets) : undefined
}

const remaining = (headers: RawHeaders, dimension: Dimension) =>
  first(headers, `x-ratelimit-remaining-${dimension}`)

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** A Go duration (`8.64s`, `6m0s`, `1h2m3.5s`, `120ms`) in milliseconds; undefined for anything else. */
export function goDurationMs(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '0') return 0
  if (trimmed.length > MAX_DURATION_CHARS) return undefined
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))+$/.test(trimmed)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  return totalMs
}

const MAX_DURATION_CHARS = 40

const first = (headers: RawHeaders, name: string) => valuesOf(headers, name)[0]?.trim()

/** A non-negative decimal number and nothing else. */
function plainNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined
}
