/** The middle value; of an even number, the mean of the two in the middle. Throws a RangeError for no values. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) throw new RangeError('there is no median of nothing')
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/**
 * The median of what `compare` makes of two results of the same round; NaN when there is no round that has both. What
 * drifts from round to round is the same on both sides and cancels out.
 */
export function medianOfPairs<T>(
  results: readonly T[],
  others: readonly T[],
  compare: (result: T, other: T) => number,
): number {
  const pairs = Math.min(results.length, others.length)
  if (pairs === 0) return Number.NaN
  return median(others.slice(0, pairs).map((other, round) => compare(results[round] ?? other, other)))
}

/** Several percentiles by nearest rank: each is a value that occurred. Throws a RangeError for no values. */
export function percentiles(values: Iterable<number>, ranks: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort()
  return ranks.map((rank) => {
    const at = Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)
    const value = sorted[at]
    if (value === undefined) throw new RangeError('there are no percentiles of nothing')
    return value
  })
}

/** When an open loop sends: at a fixed pace, whatever became of the requests before. */
export interface Schedule {
  /** In all. */
  readonly count: number
  /** When the request with this number (from 0) is due. */
  dueAtMs(index: number): number
  /** How many are due by then, at most `count`. */
  dueBy(nowMs: number): number
}

/** `perSecond` requests a second for `seconds`, the first one at `startMs`. */
export function openLoop(startMs: number, perSecond: number, seconds: number): Schedule {
  const count = Math.round(perSecond * seconds)
  const everyMs = 1000 / perSecond
  return {
    count,
    dueAtMs: (index) => startMs + index * everyMs,
    dueBy: (nowMs) => Math.min(count, Math.max(0, Math.floor((nowMs - startMs) / everyMs) + 1)),
  }
}
