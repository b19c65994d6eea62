import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bucket, takeOne } from '#lib/gateway/limits/gcra.ts'
import { createMemoryStore } from '#lib/gateway/limits/memory-store.ts'

const perSecond = { count: 1, periodMs: 1000, burst: 0 }

function storeWithClock(maxKeys?: number) {
  const clock = { nowMs: 1000 }
  return { clock, store: createMemoryStore({ ...(maxKeys && { maxKeys }), now: () => clock.nowMs }) }
}

describe('buckets', () => {
  test('decide as the pure function does, key by key', async () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      waitMs: fc.oneof(fc.constant(0), fc.nat(1500)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        const { clock, store } = storeWithClock()
        const rate = { count: 2, periodMs: 1000, burst: 2 }
        const model = new Map<string, Bucket>()
        for (const { key, waitMs } of steps) {
          clock.nowMs += waitMs
          const { decision, bucket } = takeOne(model.get(key), rate, clock.nowMs)
          model.set(key, bucket)
          expect(await store.take(key, rate)).toEqual(decision)
        }
      }),
    )
  })

  test('of 100,000 callers are all kept, and all forgotten once drained, two for each newcomer', async () => {
    const { clock, store } = storeWithClock(200_000)
    for (let i = 0; i < 100_000; i++) await store.take(`first-${i}`, perSecond)
    expect(store.size).toBe(100_000)
    for (let i = 0; i < 100_000; i += 999) {
      expect((await store.take(`first-${i}`, perSecond)).allowed).toBe(false)
    }

    clock.nowMs += 1000
    for (let i = 0; i < 1000; i++) {
      const before = store.size
      await store.take(`second-${i}`, perSecond)
      expect(store.size).toBe(before - 1)
    }
    for (let round = 0; store.size > 1 && round < 120; round++) {
      clock.nowMs += 1000
      for (let i = 0; i < 1000; i++) await store.take(`${round}-${i}`, perSecond)
    }
    expect(store.size).toBeLessThanOrEqual(2000)
  })

  test('are never more than the most, and a flood of fresh keys does not free a caller who is being refused', async () => {
    const { store } = storeWithClock(1000)
    const rate = { count: 1, periodMs: 1000, burst: 20 }
    while ((await store.take('greedy', rate)).allowed);
    for (let i = 0; i < 50_000; i++) {
      await store.take(`flood-${i}`, rate)
      expect(store.size).toBeLessThanOrEqual(1000)
    }
    expect((await store.take('greedy', rate)).allowed).toBe(false)
  })

  test('survive a known key being asked for while others come and go', async () => {
    const { clock, store } = storeWithClock(8)
    const slow = { count: 1, periodMs: 3_600_000, burst: 3 }
    for (let i = 0; i < 4; i++) expect((await store.take('slow', slow)).allowed).toBe(true)
    for (let i = 0; i < 1000; i++) {
      clock.nowMs += 1001
      await store.take(`other-${i}`, perSecond)
    }
    expect((await store.take('slow', slow)).allowed).toBe(false)
    expect(store.size).toBeLessThanOrEqual(4)
  })
})

describe('slots', () => {
  test('are never more than the most and all come back, however often each is released', async () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('acquire' as const), key: fc.constantFrom('a', 'b') }),
      fc.record({ act: fc.constant('release' as const), nth: fc.nat(30) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        const { store } = storeWithClock()
        const running = { a: 0, b: 0 }
        const grants: { key: 'a' | 'b'; release: () => void; released: boolean }[] = []
        for (const it of steps) {
          if (it.act === 'acquire') {
            const key = it.key as 'a' | 'b' // the arbitrary makes no other
            const release = await store.acquire(key, 3)
            expect(release !== undefined).toBe(running[key] < 3)
            if (!release) continue
            running[key]++
            grants.push({ key, release, released: false })
          } else {
            const grant = grants[it.nth]
            grant?.release()
            if (grant && !grant.released) running[grant.key]--
            if (grant) grant.released = true
          }
        }
        for (const { release } of grants) release()
        for (const key of ['a', 'b']) {
          for (let i = 0; i < 3; i++) expect(await store.acquire(key, 3)).toBeDefined()
          expect(await store.acquire(key, 3)).toBeUndefined()
        }
      }),
    )
  })
})
