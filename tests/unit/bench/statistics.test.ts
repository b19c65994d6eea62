import { describe, expect, test } from 'vitest'
import { median, medianOfPairs, openLoop, percentiles } from '../../../scripts/bench/statistics.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('median', () => {
  test('is the middle value by size, not by place or spelling', () => {
    expect(median([100, 9, 20])).toBe(20)
  })

  test('of an even number is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  test('leaves the values as they were', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })

  test('of nothing is an error', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('medianOfPairs', () => {
  test('compares within each round, so that drift cancels out', () => {
    expect(medianOfPairs([10, 200, 3000], [5, 100, 1500], (one, other) => one / other)).toBe(2)
  })

  test('looks only at rounds that both have', () => {
    expect(medianOfPairs([8, 6], [2, 2, 100], (one, other) => one - other)).toBe(5)
    expect(medianOfPairs([8, 6, 100], [2, 2], (one, other) => one - other)).toBe(5)
  })

  test('without a common round is no number', () => {
    expect(medianOfPairs([], [1], (one, other) => one / other)).toBeNaN()
  })
})

describe('percentiles', () => {
  test('by nearest rank are values that occurred', () => {
    expect(percentiles(upTo(100).toReversed(), [0, 1, 50, 99, 100])).toEqual([1, 1, 50, 99, 100])
    expect(percentiles([15, 20, 35, 40, 50], [30, 40, 50])).toEqual([20, 20, 35])
  })

  test('one bad value in a hundred is beyond P99, two are not', () => {
    expect(percentiles([...upTo(99).map(() => 1), 500], [99])).toEqual([1])
    expect(percentiles([...upTo(98).map(() => 1), 500, 500], [99])).toEqual([500])
  })

  test('of nothing are an error', () => {
    expect(() => percentiles([], [50])).toThrow(RangeError)
  })
})

describe('open loop', () => {
  const schedule = openLoop(1_000, 500, 2)

  test('has so many requests in all', () => {
    expect(schedule.count).toBe(1_000)
  })

  test('sends at a fixed pace from the start', () => {
    expect([0, 1, 999].map(schedule.dueAtMs)).toEqual([1_000, 1_002, 2_998])
  })

  test('a request is due at its time and not before', () => {
    expect([999.9, 1_000, 1_001.9, 1_002].map(schedule.dueBy)).toEqual([0, 1, 1, 2])
  })

  test('after a pause all that came due in it are due, and never more than there are', () => {
    expect(schedule.dueBy(1_100)).toBe(51)
    expect(schedule.dueBy(60_000)).toBe(1_000)
  })
})
