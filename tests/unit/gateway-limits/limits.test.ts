import { describe, expect, test } from 'vitest'
import { createLimits } from '#lib/gateway/limits/limits.ts'
import { createMemoryStore } from '#lib/gateway/limits/memory-store.ts'
import { createRequestLimits, type RequestRules } from '#lib/gateway/limits/request-limits.ts'
import { isRefusal, type Refusal, refusalBody, refusalHeaders } from '#lib/gateway/refusal.ts'

function limitsWithClock() {
  const clock = { nowMs: 0 }
  return { clock, limits: createLimits(createMemoryStore({ now: () => clock.nowMs })) }
}

const perMinute = { count: 60, periodMs: 60_000, burst: 1 }

describe('take', () => {
  test('keeps callers apart, and rates', async () => {
    const { limits } = limitsWithClock()
    expect(await limits.take('a', perMinute)).toEqual({ allowed: true })
    expect(await limits.take('a', perMinute)).toEqual({ allowed: true })
    expect(await limits.take('a', perMinute)).toEqual({ allowed: false, retryAfterMs: 1000 })
    expect(await limits.take('b', perMinute)).toEqual({ allowed: true })
    expect(await limits.take('a', { ...perMinute, count: 120 })).toEqual({ allowed: true })
  })

  test('off is no limit', async () => {
    const { limits } = limitsWithClock()
    for (let i = 0; i < 1000; i++) expect(await limits.take('a', 'off')).toEqual({ allowed: true })
  })
})

describe('streams', () => {
  test('beyond the most are refused until one ends', async () => {
    const { limits } = limitsWithClock()
    const first = await limits.streams.acquire('a', 2)
    await limits.streams.acquire('a', 2)
    const third = await limits.streams.acquire('a', 2)
    expect(isRefusal(third)).toBe(true)
    expect((third as Refusal).message).toContain('2 requests running at a time') // it is one, see above
    expect(isRefusal(await limits.streams.acquire('b', 2))).toBe(false)
    if (!isRefusal(first)) first()
    expect(isRefusal(await limits.streams.acquire('a', 2))).toBe(false)
  })

  test('off is no limit', async () => {
    const { limits } = limitsWithClock()
    for (let i = 0; i < 1000; i++) expect(isRefusal(await limits.streams.acquire('a', 'off'))).toBe(false)
  })
})

describe('a request', () => {
  const rules: RequestRules = {
    addressRate: { count: 1, periodMs: 60_000, burst: 0 },
    callerRate: { count: 1, periodMs: 1000, burst: 1 },
    callerStreams: 1,
  }

  function limitRequest(changed: Partial<RequestRules> = {}) {
    const { clock, limits } = limitsWithClock()
    return { clock, limit: createRequestLimits({ ...rules, ...changed }, limits) }
  }

  test('without a token is counted by address, with one by token', async () => {
    const { limit } = limitRequest({ callerStreams: 'off' })
    expect(isRefusal(await limit({ addressBucket: '4-1' }))).toBe(false)
    expect(isRefusal(await limit({ addressBucket: '4-1' }))).toBe(true)
    expect(isRefusal(await limit({ addressBucket: '4-2' }))).toBe(false)
    expect(isRefusal(await limit({ addressBucket: '4-1', caller: 't' }))).toBe(false)
    expect(isRefusal(await limit({ addressBucket: '4-2', caller: 't' }))).toBe(false)
    expect(isRefusal(await limit({ addressBucket: '4-3', caller: 't' }))).toBe(true)
  })

  test('of a caller named like an address does not touch the bucket of the address', async () => {
    const { limit } = limitRequest({ callerStreams: 'off' })
    expect(isRefusal(await limit({ addressBucket: '4-1' }))).toBe(false)
    expect(isRefusal(await limit({ addressBucket: '', caller: '4-1' }))).toBe(false)
  })

  test('refused for its rate takes no slot', async () => {
    const { clock, limit } = limitRequest()
    const payer = { addressBucket: '4-1', caller: 't' }
    const first = await limit(payer)
    const whileRunning = await limit(payer)
    const overRate = await limit(payer)
    expect([first, whileRunning, overRate].map(isRefusal)).toEqual([false, true, true])
    expect((whileRunning as Refusal).message).toContain('running at a time') // both are refusals, see above
    expect((overRate as Refusal).message).toContain('1 request a second')
    if (!isRefusal(first)) first()
    clock.nowMs += 2000
    expect(isRefusal(await limit(payer))).toBe(false)
  })

  test("is refused in OpenAI's shape with the site's own code and the time to come back", async () => {
    const { clock, limit } = limitRequest()
    await limit({ addressBucket: '4-1' })
    clock.nowMs += 1500
    const refusal = await limit({ addressBucket: '4-1' })
    if (!isRefusal(refusal)) throw new Error('it was let through')
    expect(refusal.status).toBe(429)
    expect(refusalHeaders(refusal)).toEqual(
      expect.arrayContaining(['retry-after', '59', 'retry-after-ms', '58500']),
    )
    const { error } = JSON.parse(refusalBody(refusal))
    expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type'])
    expect(error.code).toBe('site_rate_limited')
    expect(error.message).toBe(
      "This is this site's own limit, not OpenAI's: it serves 1 request a minute from your address. Try again in 59 seconds.",
    )
  })
})
