import fc from 'fast-check'
import { expect, test } from 'vitest'
import { goDurationMs, statedWaitMs } from '#lib/gateway/outcome/stated-wait.ts'

test.each([
  ['8.64s', 8640],
  ['6m0s', 360_000],
  ['120ms', 120],
  ['1h2m3.5s', 3_723_500],
  ['0', 0],
  ['0s', 0],
  ['500µs', 0.5],
  ['20', undefined],
  ['-1s', undefined],
  ['', undefined],
  ['1d', undefined],
  ['s', undefined],
  ['1s ', 1000],
  ['1s 2m', undefined],
  ['9'.repeat(50), undefined],
])('the Go duration %s is %s ms', (text, ms) => {
  expect(goDurationMs(text)).toBe(ms)
})

test('what Go prints is read back', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(59), fc.nat(59), fc.nat(999), (h, m, s, ms) => {
      const printed = `${h}h${m}m${s}.${String(ms).padStart(3, '0')}s`
      expect(goDurationMs(printed)).toBeCloseTo(h * 3_600_000 + m * 60_000 + s * 1000 + ms, 6)
    }),
  )
})

test('a wait is never negative, whatever the headers hold', () => {
  const names = ['retry-after', 'retry-after-ms', 'x-ratelimit-reset-tokens', 'x-ratelimit-remaining-tokens']
  const value = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.date().map(String),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value)), (headers) => {
      const ms = statedWaitMs(headers.flat(), Date.UTC(2026, 0), 'tokens')
      expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true)
    }),
  )
})

test('a date in the past is now', () => {
  expect(statedWaitMs(['retry-after', 'Thu, 01 Jan 2026 00:00:00 GMT'], Date.UTC(2026, 5))).toBe(0)
})
