import { describe, expect, test } from 'vitest'
import type { Lease } from '#lib/gateway/keys/lease.ts'
import { isRefusal, type Refusal } from '#lib/gateway/refusal.ts'
import {
  failed,
  forbidden,
  granted,
  keysOf,
  limited,
  noMoney,
  ok,
  poolWith,
  refused,
  rejected,
  secretOf,
  THREE_A_SECOND,
  UPSTREAM,
} from './pool-bench.ts'

const retryAfter = ({ headers }: Refusal) => headers[headers.indexOf('retry-after') + 1]
const retryAfterMs = ({ headers }: Refusal) => Number(headers[headers.indexOf('retry-after-ms') + 1])

describe('slots', () => {
  test('accounts take turns, and so do the keys of one', async () => {
    const { lease } = poolWith(keysOf('a:1', 'a:2', 'b:1'))
    const seen: (string | undefined)[] = []
    for (let i = 0; i < 4; i++) seen.push(granted(await lease()).keyFor(UPSTREAM.origin))
    expect(new Set(seen)).toEqual(new Set([secretOf('a', '1'), secretOf('a', '2'), secretOf('b', '1')]))
  })

  test('an account gives no more than its rate; whoever comes later waits for its slot', async () => {
    const { clock, lease } = poolWith(keysOf('a'), THREE_A_SECOND)
    const grantedAt: number[] = []
    for (let i = 0; i < 4; i++) void lease().then(() => grantedAt.push(clock.now()))
    await clock.pass(10_000)
    expect(grantedAt).toEqual([0, 334, 668, 1002])
  })

  test('the account with the earliest free slot is taken', async () => {
    const { clock, lease } = poolWith(keysOf('a', 'b'), THREE_A_SECOND)
    const first = granted(await lease()).account
    await clock.pass(100)
    const second = granted(await lease()).account
    expect(new Set([first, second])).toEqual(new Set(['a', 'b']))
    const third = lease()
    await clock.pass(300)
    expect(granted(await third).account).toBe(first)
  })

  test('a wait that cannot end in time is refused at once, with the time at which it would', async () => {
    const { clock, lease } = poolWith(keysOf('a'), { count: 1, periodMs: 4000, burst: 0 })
    const results: (Lease | Refusal)[] = []
    for (let i = 0; i < 5; i++) void lease().then((result) => results.push(result))
    await clock.pass(0)
    const refusals = results.filter(isRefusal)
    expect(refusals).toHaveLength(2)
    expect(refusals.map(({ status, code }) => [status, code])).toEqual(Array(2).fill([429, 'site_keys_busy']))
    expect(refusals.map(retryAfter)).toEqual(['12', '12'])
    await clock.pass(10_000)
    expect(results).toHaveLength(5)
  })

  test('a caller that leaves while waiting takes no slot and leaves nothing behind', async () => {
    const { clock, lease, pool } = poolWith(keysOf('a'), THREE_A_SECOND)
    await lease()
    const leaving = new AbortController()
    const gone = lease({ signal: leaving.signal })
    const next = lease()
    await clock.pass(10)
    leaving.abort()
    expect(refused(await gone).code).toBe('site_caller_left')
    await clock.pass(400)
    granted(await next)
    expect(clock.pending).toBe(0)
    expect(refused(await lease({ signal: AbortSignal.abort() })).code).toBe('site_caller_left')
    expect(pool.status()[0]?.running).toBe(2)
  })

  test('one caller cannot fill the room', async () => {
    const { clock, lease } = poolWith(keysOf('a'), { count: 100, periodMs: 1000, burst: 0 })
    const flood = Array.from({ length: 200 }, () => lease({ caller: 'greedy' }))
    const other = lease({ caller: 'modest' })
    await clock.pass(25)
    granted(await other)
    await clock.pass(10_000)
    const refusals = (await Promise.all(flood)).filter(isRefusal)
    expect(refusals).toHaveLength(200 - 65)
  })
})

describe('setbacks', () => {
  test('a limited account cools until the time it was told, then one live request decides', async () => {
    const { clock, lease, pool, told } = poolWith(keysOf('a', 'b'))
    const first = granted(await lease())
    first.settle(limited(8000))
    const cooled = first.account
    for (let i = 0; i < 5; i++) expect(granted(await lease()).account).not.toBe(cooled)
    expect(pool.status().find(({ account }) => account === cooled)).toMatchObject({
      state: 'cooling',
      cooldownMs: 8000,
    })
    await clock.pass(8000)
    const leases = [granted(await lease()), granted(await lease()), granted(await lease())]
    const trials = leases.filter(({ account }) => account === cooled)
    expect(trials).toHaveLength(1)
    trials[0]?.settle(ok)
    expect(pool.status().every(({ state }) => state === 'ready')).toBe(true)
    expect(told.map(({ event }) => event)).toEqual(['account-cooling', 'account-back'])
  })

  test('many answers to requests that were under way together are one setback', async () => {
    const { clock, lease, pool } = poolWith(keysOf('a'))
    const leases = await Promise.all(Array.from({ length: 20 }, () => lease()))
    for (const one of leases) granted(one).settle(limited())
    expect(pool.status()[0]?.cooldownMs).toBe(1000)
    await clock.pass(1000)
    granted(await lease()).settle(limited())
    expect(pool.status()[0]?.cooldownMs).toBe(2000)
  })

  test('an answer to a request from before the setback does not lift it', async () => {
    const { lease, pool } = poolWith(keysOf('a'))
    const [one, other] = [granted(await lease()), granted(await lease())]
    one.settle(limited(5000))
    other.settle(ok)
    expect(pool.status()[0]?.state).toBe('cooling')
  })

  test('a slow trial does not keep the door shut: refusals come at once', async () => {
    const { clock, lease } = poolWith(keysOf('a'))
    granted(await lease()).settle(limited(1000))
    await clock.pass(1000)
    granted(await lease())
    const next = lease()
    await clock.pass(1999)
    const before = clock.pending
    expect(before).toBeGreaterThan(0)
    await clock.pass(1)
    granted(await next)
  })

  test('a trial that says nothing about the account gives way to the next', async () => {
    const { clock, lease } = poolWith(keysOf('a'))
    granted(await lease()).settle(limited(1000))
    await clock.pass(1000)
    const trial = granted(await lease())
    const next = lease()
    trial.settle(failed)
    await clock.pass(0)
    granted(await next)
  })

  test('all cooling: the soonest time, honestly', async () => {
    const { clock, lease } = poolWith(keysOf('a', 'b'))
    for (const cooldownMs of [30_000, 20_000]) granted(await lease()).settle(limited(cooldownMs))
    await clock.pass(1500)
    const refusal = refused(await lease())
    expect([refusal.status, refusal.code, retryAfter(refusal)]).toEqual([429, 'site_keys_busy', '19'])
    expect(retryAfterMs(refusal)).toBe(18_500)
    await clock.pass(18_500)
    granted(await lease())
  })

  test('who waits when the last account falls is told at once', async () => {
    const { clock, lease } = poolWith(keysOf('a'), THREE_A_SECOND)
    const running = granted(await lease())
    const waiting = [lease(), lease({ account: 'a' })]
    running.settle(limited(30_000))
    await clock.pass(0)
    for (const result of await Promise.all(waiting)) expect(refused(result).code).toBe('site_keys_busy')
    expect(clock.pending).toBe(0)
  })

  test('without money an account is out of service, the operator is told, and one live request looks again', async () => {
    const { clock, lease, told, pool } = poolWith(keysOf('a', 'b'))
    const poor = granted(await lease())
    poor.settle(noMoney)
    expect(told).toEqual([
      { event: 'account-out-of-quota', account: poor.account, key: 'sk-…6789', forMs: 300_000 },
    ])
    granted(await lease()).settle(noMoney)
    const refusal = refused(await lease())
    expect([refusal.status, refusal.code]).toEqual([503, 'site_no_working_key'])
    await clock.pass(300_000)
    const trials = [granted(await lease()), granted(await lease())]
    expect(trials.map(({ account }) => account).sort()).toEqual(['a', 'b'])
    trials[0]?.settle(noMoney)
    trials[1]?.settle(ok)
    expect(
      pool
        .status()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['out-of-quota', 'ready'])
    expect(told.at(-2)?.forMs).toBe(600_000)
  })

  test('a void key is dead until the secret changes; the others of its account go on', async () => {
    const { lease, told, pool } = poolWith(keysOf('a:1', 'a:2'))
    const dead = granted(await lease())
    const secret = dead.keyFor(UPSTREAM.origin)
    dead.settle(rejected)
    for (let i = 0; i < 4; i++) expect(granted(await lease()).keyFor(UPSTREAM.origin)).not.toBe(secret)
    granted(await lease()).settle(rejected)
    const refusal = refused(await lease())
    expect([refusal.status, refusal.code]).toEqual([503, 'site_no_working_key'])
    expect(told.map(({ event }) => event)).toEqual(['key-rejected', 'key-rejected'])

    pool.replace(keysOf('a:1', 'a:2'))
    expect(refused(await lease()).status).toBe(503)
    pool.replace(keysOf('a:1', 'a:3'))
    expect(granted(await lease()).keyFor(UPSTREAM.origin)).toBe(secretOf('a', '3'))
  })

  test('a lease of an account that is gone ends unheard, and the account stays gone', async () => {
    const { lease, told, pool } = poolWith(keysOf('a', 'b'))
    const old = [granted(await lease()), granted(await lease())].find(({ account }) => account === 'a')
    pool.replace(keysOf('b'))
    expect(old?.keyFor(UPSTREAM.origin)).toBe(secretOf('a'))
    old?.settle(limited(1000))
    for (let i = 0; i < 4; i++) expect(granted(await lease()).account).toBe('b')
    expect(told).toEqual([])
  })

  test('keys replaced every 2 s while requests run: none is refused, and none goes out with a key that is gone', async () => {
    const { clock, lease, pool } = poolWith(keysOf('a:0', 'b:0'))
    let generation = 0
    for (let i = 0; i < 2000; i++) {
      if (i % 400 === 0) pool.replace(keysOf('a:0', `b:${++generation}`))
      const one = granted(await lease({ caller: `caller ${i % 7}` }))
      expect([secretOf('a', '0'), secretOf('b', String(generation))]).toContain(one.keyFor(UPSTREAM.origin))
      clock.after(700, () => one.settle(ok))
      await clock.pass(5)
    }
    await clock.pass(700)
    expect(pool.status().map(({ running, state }) => [running, state])).toEqual(Array(2).fill([0, 'ready']))
  })

  test('a missing right costs nobody anything, and another account is asked without waiting', async () => {
    const { lease, pool } = poolWith(keysOf('a', 'b'))
    const first = granted(await lease())
    first.settle(forbidden)
    const second = granted(await lease({ exclude: [first.account] }))
    expect(second.account).not.toBe(first.account)
    refused(await lease({ exclude: ['a', 'b'] }))
    expect(pool.status().every(({ state }) => state === 'ready')).toBe(true)
  })

  test('only the first settlement counts', async () => {
    const { lease, pool } = poolWith(keysOf('a'))
    const one = granted(await lease())
    one.settle(ok)
    one.settle(rejected)
    one.settle(limited(1000))
    expect(pool.status()[0]).toMatchObject({ state: 'ready', running: 0 })
  })
})

describe('stored objects', () => {
  test('a request for a certain account gets it, or its refusal', async () => {
    const { lease } = poolWith(keysOf('a', 'b'))
    for (let i = 0; i < 3; i++) expect(granted(await lease({ account: 'b' })).account).toBe('b')
    granted(await lease({ account: 'b' })).settle(limited(30_000))
    expect(refused(await lease({ account: 'b' })).code).toBe('site_keys_busy')
    expect(refused(await lease({ account: 'a', exclude: ['a'] })).code).toBe('site_keys_busy')
    granted(await lease({ account: 'a' })).settle(rejected)
    expect(refused(await lease({ account: 'a' })).code).toBe('site_no_working_key')
  })

  test('an account that is gone is no wish: any key may try', async () => {
    const { lease } = poolWith(keysOf('a'))
    expect(granted(await lease({ account: 'gone' })).account).toBe('a')
  })

  test('an account serves those who need it and those who do not by turns', async () => {
    const { clock, lease } = poolWith(keysOf('a'), { count: 1, periodMs: 1000, burst: 0 })
    await lease()
    const order: string[] = []
    for (let i = 0; i < 4; i++) {
      void lease({ caller: `any ${i}` }).then(() => order.push('any'))
      void lease({ caller: `own ${i}`, account: 'a' }).then(() => order.push('own'))
    }
    await clock.pass(10_000)
    expect(order).toHaveLength(8)
    for (let i = 0; i < 8; i += 2) expect(order.slice(i, i + 2).sort()).toEqual(['any', 'own'])
  })

  test('who waits for an account that is taken away gets another', async () => {
    const { clock, lease, pool } = poolWith(keysOf('a', 'b'), THREE_A_SECOND)
    await lease({ account: 'a' })
    const waiting = lease({ account: 'a' })
    pool.replace(keysOf('b'))
    await clock.pass(0)
    expect(granted(await waiting).account).toBe('b')
  })
})

describe('binding', () => {
  const eu = { name: 'eu', origin: 'https://eu.example.org' }
  const us = { name: 'us', origin: 'https://us.example.org' }

  test('a key is given for the origin it was leased for and no other', async () => {
    const { lease } = poolWith(keysOf('a'))
    const one = granted(await lease())
    expect(one.keyFor('https://api.openai.com')).toBe(secretOf('a'))
    for (const origin of ['https://api.openai.com.evil.example', 'http://api.openai.com', 'null', '']) {
      expect(() => one.keyFor(origin)).toThrow(TypeError)
    }
    expect(JSON.stringify(one)).not.toContain('sk-')
  })

  test('an upstream with keys of its own gets those, the others share the rest', async () => {
    const { lease, pool } = poolWith([
      ...keysOf('shared'),
      { account: 'own', upstream: 'eu', secret: 'eu-secret-1' },
    ])
    for (let i = 0; i < 3; i++) {
      expect(granted(await lease({ upstream: eu })).keyFor(eu.origin)).toBe('eu-secret-1')
      expect(granted(await lease({ upstream: us })).account).toBe('shared')
    }
    expect(pool.upstreamOf('own')).toBe('eu')
    expect(pool.upstreamOf('shared')).toBeUndefined()
    expect(pool.status().map(({ account, upstream }) => [account, upstream])).toEqual([
      ['shared', undefined],
      ['own', 'eu'],
    ])
  })

  test('an upstream without keys needs none, unless it had some', async () => {
    const { lease, pool } = poolWith([])
    const free = granted(await lease())
    expect([free.account, free.keyFor('http://anywhere')]).toEqual(['', undefined])
    free.settle(rejected)
    pool.replace(keysOf('a'))
    granted(await lease())
    pool.replace([])
    expect(refused(await lease()).code).toBe('site_no_working_key')
  })
})

test('no status, event or refusal contains a key', async () => {
  const { lease, pool, told } = poolWith(keysOf('a:1', 'a:2', 'b'))
  granted(await lease()).settle(rejected)
  granted(await lease()).settle(noMoney)
  granted(await lease()).settle(limited(20_000))
  const said = JSON.stringify([pool.status(), told, await lease(), await lease({ account: 'a' })])
  expect(said).not.toContain('secret')
  expect(said).toContain('sk-…6789')
})
