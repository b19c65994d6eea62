import { describe, expect, test } from 'vitest'
import { describeRate, parseRate, type Rate, shareOf, withBurst } from '#lib/gateway/limits/rate.ts'

describe('parseRate', () => {
  test.each([
    ['60/m', 60, 60_000],
    ['3/s', 3, 1000],
    ['500/h', 500, 3_600_000],
    ['10000/d', 10_000, 86_400_000],
    [' 60r/M ', 60, 60_000],
    ['1000000/s', 1_000_000, 1000],
  ])('reads %s', (text, count, periodMs) => {
    expect(parseRate(text)).toEqual({ count, periodMs, burst: 0 })
  })

  test.each(['off', ' OFF '])('reads %s as no limit', (text) => {
    expect(parseRate(text)).toBe('off')
  })

  test.each(['', '60', '0/s', '-1/s', '1.5/s', '60/w', '60/', '/m', '1000001/s', '60 / m', '6e1/m', '60/mm'])(
    'refuses %j with a sentence for the operator',
    (text) => {
      expect(() => parseRate(text)).toThrow(/^must be a rate such as/)
    },
  )
})

const rate = (text: string, burst: number) => withBurst(parseRate(text), burst) as Rate // none of these is off

test('a burst is added to a rate, and off stays off', () => {
  expect(withBurst(parseRate('60/m'), 20)).toEqual({ count: 60, periodMs: 60_000, burst: 20 })
  expect(withBurst(parseRate('60/m'), 'off')).toEqual({ count: 60, periodMs: 60_000, burst: 0 })
  expect(withBurst('off', 20)).toBe('off')
})

test('shares never add up to more than the whole', () => {
  for (let instances = 1; instances <= 21; instances++) {
    const share = shareOf(rate('60/m', 20), instances)
    expect((share.count / share.periodMs) * instances).toBeCloseTo(60 / 60_000, 12)
    expect((share.burst + 1) * instances).toBeLessThanOrEqual(21)
  }
  expect(shareOf(rate('60/m', 20), 3)).toEqual({ count: 60, periodMs: 180_000, burst: 6 })
  expect(shareOf(rate('60/m', 0), 100).burst).toBe(0)
})

test('a rate is told to people in words', () => {
  expect(describeRate(rate('60/m', 0))).toBe('60 requests a minute')
  expect(describeRate(rate('1/h', 0))).toBe('1 request an hour')
  expect(describeRate(shareOf(rate('60/m', 0), 2))).toBe('60 requests in 120 seconds')
})
