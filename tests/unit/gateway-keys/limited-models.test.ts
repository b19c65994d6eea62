import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lease } from '#lib/gateway/keys/lease.ts'
import { isRefusal, type Refusal } from '#lib/gateway/refusal.ts'
import { granted, keysOf, limited, noMoney, ok, poolWith, refused, THREE_A_SECOND } from './pool-bench.ts'

const retryAfterMs = ({ headers }: Refusal) => Number(headers[headers.indexOf('retry-after-ms') + 1])

/** A pool in which this account (all of them, without one) is at its limit for `large`, for so long. */
async function limitedPool(names: string[], forMs: number, rate: Parameters<typeof poolWith>[1] = 'off') {
  const bench = poolWith(keysOf(...names), rate)
  for (const account of names) {
    granted(await bench.lease({ account })).settle(limited(forMs), 'large')
  }
  return bench
}

describe('a limit for a model', () => {
  test('is that model’s: the account serves others meanwhile, and so do other accounts this one', async () => {
    const { lease, pool } = poolWith(keysOf('a', 'b'))
    expect(pool.limitsModels).toBe(false)
    granted(await lease({ account: 'a' })).settle(limited(5000), 'large')
    expect(pool.limitsModels).toBe(true)
    for (let i = 0; i < 4; i++) expect(granted(await lease({ model: 'large' })).account).toBe('b')
    const others = [granted(await lease({ model: 'small' })), granted(await lease())]
    expect(new Set(others.map(({ account }) => account))).toEqual(new Set(['a', 'b']))
    expect(pool.status()[0]).toMatchObject({
      state: 'ready',
      limitedModels: [{ model: 'large', cooldownMs: 5000 }],
    })
  })

  test('keeps requests for it waiting for the first account to be back, and nobody else', async () => {
    const { clock, lease } = await limitedPool(['a', 'b'], 4000)
    const waiting: number[] = []
    void lease({ model: 'large' }).then(() => waiting.push(clock.now()))
    await clock.pass(0)
    granted(await lease({ model: 'small' })).settle(ok)
    granted(await lease())
    await clock.pass(10_000)
    expect(waiting).toEqual([4000])
  })

  test('ends with one live request; the others wait for what it says', async () => {
    const { clock, lease, pool, told } = await limitedPool(['a'], 1000)
    const leases: Lease[] = []
    const grantedAt: number[] = []
    for (let i = 0; i < 3; i++) {
      void lease({ model: 'large' }).then((result) => {
        leases.push(granted(result))
        grantedAt.push(clock.now())
      })
    }
    await clock.pass(1500)
    expect(grantedAt).toEqual([1000])
    leases[0]?.settle(ok)
    await clock.pass(0)
    expect(grantedAt).toEqual([1000, 1500, 1500])
    expect(pool.limitsModels).toBe(false)
    expect(told.map(({ event, model }) => [event, model])).toEqual([['model-cooling', 'large']])
  })

  test('refuses at once, with the soonest time, where waiting would not help', async () => {
    const { lease } = await limitedPool(['a', 'b'], 30_000)
    const refusal = refused(await lease({ model: 'large' }))
    expect([refusal.status, refusal.code, retryAfterMs(refusal)]).toEqual([429, 'site_keys_busy', 30_000])
    expect(refusal.message).toContain('for this model')
    expect(isRefusal(await lease({ model: 'small' }))).toBe(false)
  })

  test('of requests that were under way together counts once', async () => {
    const { lease, pool, told } = poolWith(keysOf('a'))
    const leases = await Promise.all(Array.from({ length: 5 }, () => lease({ model: 'large' })))
    for (const one of leases) granted(one).settle(limited(), 'large')
    expect(told).toHaveLength(1)
    expect(pool.status()[0]?.limitedModels).toEqual([{ model: 'large', cooldownMs: 1000 }])
  })

  test('does not move a request that needs this very account: upstream says it itself', async () => {
    const { lease } = await limitedPool(['a'], 30_000)
    expect(granted(await lease({ account: 'a', model: 'large' })).account).toBe('a')
  })

  test('leaves money what it is: the account’s', async () => {
    const { lease, pool } = poolWith(keysOf('a', 'b'))
    granted(await lease({ account: 'a', model: 'large' })).settle(noMoney, 'large')
    expect(pool.status()[0]).toMatchObject({ state: 'out-of-quota', limitedModels: [] })
    expect(granted(await lease({ model: 'small' })).account).toBe('b')
  })

  test('for more models than can be told apart cools the account', async () => {
    const { lease, pool } = poolWith(keysOf('a'))
    const leases = await Promise.all(Array.from({ length: 65 }, () => lease()))
    leases.forEach((one, i) => {
      granted(one).settle(limited(5000), `model-${i}`)
    })
    expect(pool.status()[0]).toMatchObject({ state: 'cooling' })
    expect(pool.status()[0]?.limitedModels).toHaveLength(64)
  })

  test('finds those who already wait for a slot, and lets the others pass', async () => {
    const { clock, lease } = poolWith(keysOf('a'), THREE_A_SECOND)
    const first = granted(await lease({ model: 'large' }))
    const order: string[] = []
    for (const model of ['large', 'small'])
      void lease({ model }).then(() => order.push(`${model} ${clock.now()}`))
    first.settle(limited(5000), 'large')
    await clock.pass(10_000)
    expect(order).toEqual(['small 334', 'large 5000'])
  })
})

const MODELS = ['large', 'small', undefined]
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      caller: fc.constantFrom('x', 'y'),
      model: fc.constantFrom(...MODELS),
      exclude: fc.option(fc.subarray(['a', 'b'], { minLength: 1 }), { nil: undefined, freq: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(),
      verdict: fc.constantFrom(ok, ok, limited(3000), limited(12_000)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(9000) }) },
)

test('whatever is at its limit, nobody waits beside an account that would serve, nor for ever', async () => {
  const rates = fc.constantFrom('off' as const, THREE_A_SECOND)
  await fc.assert(
    fc.asyncProperty(rates, fc.array(step, { maxLength: 50 }), async (rate, steps) => {
      const { clock, lease, pool } = poolWith(keysOf('a', 'b'), rate)
      const running: { lease: Lease; model: string | undefined }[] = []
      const waiting = new Set<{ model: string | undefined }>()
      const violations: unknown[] = []
      const blocked = (account: string, model: string | undefined) =>
        pool
          .status()
          .find((one) => one.account === account)
          ?.limitedModels.some((one) => one.model === model && one.cooldownMs > 0)
      for (const now of steps) {
        if (now.do === 'pass') await clock.pass(now.ms)
        else if (now.do === 'settle') {
          const [one] = running.splice(now.which % Math.max(1, running.length), 1)
          one?.lease.settle(now.verdict, one.model)
        } else {
          const { do: _, ...ask } = now
          const one = { model: ask.model }
          waiting.add(one)
          const limitedBefore = ['a', 'b'].filter((account) => blocked(account, ask.model))
          const askedAtMs = clock.now()
          lease(ask)
            .then((result) => {
              waiting.delete(one)
              expect(clock.now() - askedAtMs).toBeLessThanOrEqual(10_000)
              if (isRefusal(result)) return
              if (clock.now() === askedAtMs) expect(limitedBefore).not.toContain(result.account)
              running.push({ lease: result, model: ask.model })
            })
            .catch((violation) => violations.push(violation))
        }
        await clock.pass(0)
        if (violations.length > 0) throw violations[0]
        for (const { model } of waiting) {
          const free = pool
            .status()
            .filter(({ account, bucket }) => bucket.nextInMs === 0 && !blocked(account, model))
          expect(free, `somebody waits for ${model} beside a free account`).toEqual([])
        }
      }
      await clock.pass(10_000)
      if (violations.length > 0) throw violations[0]
      expect([waiting.size, clock.pending]).toEqual([0, 0])
    }),
    { numRuns: 300 },
  )
}, 60_000)
