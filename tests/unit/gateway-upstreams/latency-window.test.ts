import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencyWindow } from '#lib/gateway/upstreams/latency-window.ts'

test('within the window it says what a list of everything would, the percentile within 5 %', () => {
  const observation = fc.record({
    afterMs: fc.nat(2000),
    failed: fc.boolean(),
    ttfbMs: fc.option(fc.double({ min: 1, max: 600_000, noNaN: true }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 120 }), (observations) => {
      const window = new LatencyWindow()
      let nowMs = 12_345_678
      for (const { afterMs, failed, ttfbMs } of observations) {
        nowMs += afterMs
        window.observe(nowMs, { failed, ...(ttfbMs !== undefined && { ttfbMs }) })
      }
      const summary = window.summary(nowMs)
      const sorted = observations.flatMap(({ ttfbMs }) => ttfbMs ?? []).sort((a, b) => a - b)
      expect(summary.requests).toBe(observations.length)
      expect(summary.failures).toBe(observations.filter(({ failed }) => failed).length)
      expect(summary.errorRate).toBeCloseTo(
        observations.length ? summary.failures / observations.length : 0,
        9,
      )
      if (sorted.length === 0) {
        expect([summary.averageMs, summary.p95Ms]).toEqual([undefined, undefined])
        return
      }
      const exact = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0
      expect((summary.p95Ms ?? 0) / exact).toBeGreaterThan(0.95)
      expect((summary.p95Ms ?? 0) / exact).toBeLessThan(1.05)
      const average = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length
      expect((summary.averageMs ?? 0) / average).toBeCloseTo(1, 6)
    }),
  )
})

test('what is older than the window is forgotten, slice by slice', () => {
  const window = new LatencyWindow()
  for (let second = 0; second < 600; second++)
    window.observe(second * 1000, { failed: second < 300, ttfbMs: 100 })
  const { requests, failures } = window.summary(599_000)
  expect(requests).toBe(300)
  expect(failures).toBe(0)
  expect(window.summary(599_000 + 10 * 60_000)).toMatchObject({ requests: 0, averageMs: undefined })
})

test('absurd latencies are counted somewhere', () => {
  const window = new LatencyWindow()
  for (const ttfbMs of [0, -5, 0.3, 1e12]) window.observe(0, { failed: false, ttfbMs })
  expect(window.summary(0).requests).toBe(4)
  expect(window.summary(0).p95Ms).toBeGreaterThan(600_000)
})
