/** So many requests in so long, and how many may come early. Whole numbers, so that all arithmetic on it is exact. */
export interface Rate {
  count: number
  periodMs: number
  /** Requests beyond the rate that are served at once, without delay: nginx's `burst` with `nodelay`. */
  burst: number
}

const UNITS = { s: 'second', m: 'minute', h: 'hour', d: 'day' } as const
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const MAX_COUNT = 1_000_000

/**
 * Reads `60/m`, `3/s`, `500/h`, `10000/d` (nginx's `60r/m` too) or `off`. The burst is 0, see {@link withBurst}.
 * Throws a RangeError whose message completes a sentence that begins with the setting's name.
 */
export function parseRate(text: string): Rate | 'off' {
  const word = text.trim().toLowerCase()
  if (word === 'off') return 'off'
  const match = /^(\d{1,7})r?\/([smhd])$/.exec(word)
  const count = Number(match?.[1])
  if (!match || count < 1 || count > MAX_COUNT) {
    throw new RangeError('must be a rate such as 60/m, 3/s or 500/h, or off')
  }
  return { count, periodMs: UNIT_MS[unitOf(match[2])], burst: 0 }
}

const unitOf = (letter: string | undefined) => (letter ?? 's') as keyof typeof UNIT_MS // the pattern admits no other

/** The rate with another burst; `off` stays off. */
export function withBurst(rate: Rate | 'off', burst: number | 'off'): Rate | 'off' {
  return rate === 'off' ? rate : { ...rate, burst: burst === 'off' ? 0 : burst }
}

/**
 * What one of `instances` may let through so that together they keep the rate without talking to each other. The
 * `burst + 1` requests that may come at once are divided too; each instance keeps at least one.
 */
export function shareOf({ count, periodMs, burst }: Rate, instances: number): Rate {
  return {
    count,
    periodMs: periodMs * instances,
    burst: Math.max(0, Math.floor((burst + 1) / instances) - 1),
  }
}

/** `60 requests a minute`, for people. */
export function describeRate({ count, periodMs }: Rate): string {
  const unit = Object.entries(UNIT_MS).find(([, ms]) => ms === periodMs)?.[0]
  const span = unit ? `a ${UNITS[unitOf(unit)]}` : `in ${periodMs / 1000} seconds`
  return `${count} ${count === 1 ? 'request' : 'requests'} ${span}`.replace('a hour', 'an hour')
}
