import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bucket, drainedAtMs, takeOne } from '#lib/gateway/limits/gcra.ts'
import type { Rate } from '#lib/gateway/limits/rate.ts'

const aRate: fc.Arbitrary<Rate> = fc.record({
  count: fc.integer({ min: 1, max: 2000 }),
  periodMs: fc.constantFrom(1000, 60_000, 3_600_000, 180_000),
  burst: fc.integer({ min: 0, max: 50 }),
})

/** Instants at which requests arrive, in order. */
const arrivals = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 })), { maxLength: 200 })
  .map((gaps) => {
    let nowMs = 1_800_000_000_000
    return gaps.map((gap) => {
      nowMs += gap
      return nowMs
    })
  })

/** The instants at which a request was allowed. */
function allowedOf(times: readonly number[], rate: Rate, from?: Bucket): number[] {
  let bucket = from
  return times.filter((nowMs) => {
    const taken = takeOne(bucket, rate, nowMs)
    bucket = taken.bucket
    return taken.decision.allowed
  })
}

/** Some bucket that a caller may have at `nowMs`. */
function bucketAfter(times: readonly number[], rate: Rate): Bucket | undefined {
  let bucket: Bucket | undefined
  for (const nowMs of times) bucket = takeOne(bucket, rate, nowMs).bucket
  return bucket
}

describe('the rate', () => {
  test('burst + 1 pass at once and not one more', () => {
    fc.assert(
      fc.property(aRate, fc.integer({ min: 1, max: 20 }), (rate, extra) => {
        const times = Array<number>(rate.burst + 1 + extra).fill(1_800_000_000_000)
        expect(allowedOf(times, rate)).toHaveLength(rate.burst + 1)
      }),
    )
  })

  test('no stretch of time lets through more than the burst, one and the rate', () => {
    fc.assert(
      fc.property(aRate, arrivals, (rate, times) => {
        const allowed = allowedOf(times, rate)
        allowed.forEach((from, first) => {
          for (let last = first; last < allowed.length; last++) {
            const spanMs = (allowed[last] ?? 0) - from
            const most = rate.burst + 1 + Math.floor((rate.count * spanMs) / rate.periodMs)
            expect(last - first + 1).toBeLessThanOrEqual(most)
          }
        })
      }),
    )
  })

  test('who never stops asking gets exactly the rate in the long run, fractions of milliseconds included', () => {
    const odd = fc.record({
      // At more than one per millisecond the burst must also hold what a millisecond brings.
      count: fc.integer({ min: 1, max: 1000 }),
      periodMs: fc.constantFrom(1000, 60_000),
      burst: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(odd, (rate) => {
        const spanMs = 20_000
        const perMs = Math.ceil(rate.count / rate.periodMs)
        let bucket: Bucket | undefined
        let allowed = 0
        for (let nowMs = 0; nowMs <= spanMs; nowMs++) {
          for (let ask = 0; ask <= perMs + (nowMs === 0 ? rate.burst : 0); ask++) {
            const taken = takeOne(bucket, rate, nowMs)
            bucket = taken.bucket
            if (!taken.decision.allowed) break
            allowed++
          }
        }
        expect(allowed).toBe(rate.burst + 1 + Math.floor((rate.count * spanMs) / rate.periodMs))
      }),
      { numRuns: 30 },
    )
  })

  test('what is allowed now is allowed later, to a higher burst and to a higher rate', () => {
    fc.assert(
      fc.property(aRate, arrivals, fc.nat(10_000), (rate, times, waitMs) => {
        const bucket = bucketAfter(times, rate)
        const nowMs = (times.at(-1) ?? 0) + 1
        fc.pre(takeOne(bucket, rate, nowMs).decision.allowed)
        const { count, burst } = rate
        expect(takeOne(bucket, rate, nowMs + waitMs).decision.allowed).toBe(true)
        expect(takeOne(bucket, { ...rate, burst: burst + 1 }, nowMs).decision.allowed).toBe(true)
        expect(takeOne(bucket, { ...rate, count: count + 1 }, nowMs).decision.allowed).toBe(true)
      }),
    )
  })
})

describe('a refusal', () => {
  test('names the first millisecond at which the next request is allowed', () => {
    fc.assert(
      fc.property(aRate, arrivals, (rate, times) => {
        const nowMs = times.at(-1) ?? 0
        let bucket = bucketAfter(times, rate)
        let taken = takeOne(bucket, rate, nowMs)
        while (taken.decision.allowed) {
          bucket = taken.bucket
          taken = takeOne(bucket, rate, nowMs)
        }
        const { retryAfterMs } = taken.decision
        expect(Number.isSafeInteger(retryAfterMs) && retryAfterMs > 0).toBe(true)
        expect(takeOne(bucket, rate, nowMs + retryAfterMs).decision.allowed).toBe(true)
        expect(takeOne(bucket, rate, nowMs + retryAfterMs - 1).decision.allowed).toBe(false)
      }),
    )
  })

  test('costs nothing', () => {
    const rate = { count: 1, periodMs: 1000, burst: 0 }
    const { bucket } = takeOne(undefined, rate, 5000)
    const refused = takeOne(bucket, rate, 5001)
    expect(refused).toEqual({ decision: { allowed: false, retryAfterMs: 999 }, bucket })
  })
})

test('a drained bucket and none at all decide alike', () => {
  fc.assert(
    fc.property(aRate, arrivals, arrivals, (rate, before, after) => {
      const bucket = bucketAfter(before, rate)
      fc.pre(bucket !== undefined)
      const startMs = drainedAtMs(bucket, rate)
      const times = after.map((ms) => ms - 1_800_000_000_000 + startMs)
      expect(allowedOf(times, rate, bucket)).toEqual(allowedOf(times, rate))
    }),
  )
})

describe('a clock that goes backwards', () => {
  const wild = fc
    .array(fc.integer({ min: -200_000, max: 5000 }), { minLength: 1, maxLength: 100 })
    .map((steps) => {
      let nowMs = 1_800_000_000_000
      return steps.map((step) => {
        nowMs += step
        return nowMs
      })
    })

  test('gives nothing away but the time that it went forwards', () => {
    fc.assert(
      fc.property(aRate, wild, (rate, times) => {
        let forwardsMs = 0
        times.forEach((nowMs, i) => {
          if (i > 0) forwardsMs += Math.max(0, nowMs - (times[i - 1] ?? nowMs))
        })
        const most = rate.burst + 1 + Math.floor((rate.count * forwardsMs) / rate.periodMs)
        expect(allowedOf(times, rate).length).toBeLessThanOrEqual(most)
      }),
    )
  })

  test('locks nobody out: one period after the clock was set anew, everybody is served again', () => {
    fc.assert(
      fc.property(
        aRate,
        arrivals,
        fc.integer({ min: 60_001, max: 10_000_000_000 }),
        (rate, times, backMs) => {
          const bucket = bucketAfter(times, rate)
          const nowMs = (bucket?.lastMs ?? 0) - backMs
          const first = takeOne(bucket, rate, nowMs)
          const soonMs = nowMs + Math.ceil(rate.periodMs / rate.count)
          expect(takeOne(first.bucket, rate, soonMs).decision.allowed).toBe(true)
        },
      ),
    )
  })

  test('by less than a minute, stands still', () => {
    const rate = { count: 1, periodMs: 1000, burst: 0 }
    const { bucket } = takeOne(undefined, rate, 100_000)
    const { decision } = takeOne(bucket, rate, 70_000)
    expect(decision).toEqual({ allowed: false, retryAfterMs: 31_000 })
  })
})
