import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as realTime } from 'node:timers/promises'
import { createClient } from '@redis/client'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bucket, takeOne } from '#lib/gateway/limits/gcra.ts'
import type { Rate } from '#lib/gateway/limits/rate.ts'
import { TAKE_BODY } from '#lib/gateway/limits/redis-limits.ts'
import type { SharedStore } from '#lib/gateway/limits/shared-store.ts'
import { createRedisLimitStore } from '#server/gateway/redis-limit-store.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findRedis, startRedis, type TestRedis } from '#tests/support/redis.ts'

const rate: Rate = { count: 1, periodMs: 60_000, burst: 29 }

describeWith(await findRedis(), 'limits in a real Redis', (program) => {
  let redis: TestRedis
  let client: ReturnType<typeof createClient>
  const stores: SharedStore[] = []
  let said: { event: string; count: number }[] = []

  /** Tells when an instance has said something. */
  let onSaid = (): void => {}
  const saying = async (event: string, times = 1) => {
    while (said.filter((one) => one.event === event).length < times) {
      await new Promise<void>((resolve) => {
        onSaid = resolve
      })
    }
  }

  const instance = (options: { url?: string; timeoutMs?: number; instances?: number } = {}) => {
    const store = createRedisLimitStore({
      url: redis.url,
      timeoutMs: 2000,
      ...options,
      log: (_, event, { count }) => {
        said.push({ event, count })
        onSaid()
      },
    })
    stores.push(store)
    return store
  }

  beforeAll(async () => {
    redis = await startRedis(program)
  })
  afterAll(() => redis?.stop())

  beforeEach(async () => {
    said = []
    client = createClient({ url: redis.url })
    client.on('error', () => {})
    await client.connect()
    await client.flushAll()
  })
  afterEach(() => {
    for (const store of stores.splice(0)) store.close()
    client.destroy()
  })

  const allowedOf = async (asked: SharedStore[], key: string, times: number, by: Rate = rate) => {
    const decisions = await Promise.all(
      Array.from({ length: times }, (_, i) => asked[i % asked.length]?.take(key, by)),
    )
    return decisions.filter((decision) => decision?.allowed).length
  }

  test('the script decides as the pure function does, whatever Redis says the time is', async () => {
    // Buckets must outlive the test's clock, which stands still or goes back while the real one goes on.
    const body = TAKE_BODY.replace('math.ceil((excess + period) / count)', '600000')
    expect(body).not.toBe(TAKE_BODY)
    const script = `local now = tonumber(ARGV[4])\n${body}`
    const aRate = fc.record({
      count: fc.integer({ min: 1, max: 2000 }),
      periodMs: fc.constantFrom(1000, 60_000, 86_400_000),
      burst: fc.integer({ min: 0, max: 20 }),
    })
    const steps = fc.array(fc.oneof(fc.constant(0), fc.nat(3000), fc.integer({ min: -200_000, max: 0 })), {
      minLength: 1,
      maxLength: 40,
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(aRate, steps, async (by, moves) => {
        const key = `model:${run++}`
        const args = [by.count, by.periodMs, by.burst].map(String)
        let nowMs = 1_800_000_000_000
        let bucket: Bucket | undefined
        for (const move of moves) {
          nowMs += move
          const taken = takeOne(bucket, by, nowMs)
          bucket = taken.bucket
          const reply = await client.eval(script, { keys: [key], arguments: [...args, String(nowMs)] })
          const { decision } = taken
          expect(reply).toEqual(decision.allowed ? [1, 0] : [0, decision.retryAfterMs])
          expect(await client.get(key)).toBe(`${bucket.excess} ${bucket.lastMs}`)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is asked once per decision, and also when it has forgotten the script', async () => {
    const store = instance()
    await store.take('a', rate)
    const calls = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0)
    const before = await calls()
    for (let i = 0; i < 20; i++) await store.take('a', rate)
    expect((await calls()) - before).toBe(20)
    await client.scriptFlush()
    expect((await store.take('a', rate)).allowed).toBe(true)
    expect(said).toEqual([])
  })

  test('keys have the prefix and expire when they mean nothing any more', async () => {
    const store = instance()
    await store.take('a', { count: 1, periodMs: 1000, burst: 5 })
    await store.acquire('b', 3)
    const keys = await client.keys('*')
    expect(keys.sort()).toEqual(['tain:instances', 'tain:rate:a', 'tain:streams:b'])
    for (const key of keys) expect(await client.pTTL(key)).toBeGreaterThan(0)
    expect(await client.pTTL('tain:rate:a')).toBeLessThanOrEqual(1000)
  })

  test('several instances at once let through what one would, to the last request', async () => {
    const instances = [instance(), instance(), instance(), instance()]
    for (let round = 0; round < 5; round++) {
      expect(await allowedOf(instances, `round-${round}`, 400)).toBe(30)
    }
  })

  test('a refusal names the time at which Redis will allow again', async () => {
    const store = instance()
    const by: Rate = { count: 10, periodMs: 1000, burst: 0 }
    expect(await store.take('honest', by)).toEqual({ allowed: true })
    const decision = await store.take('honest', by)
    if (decision.allowed) throw new Error('it was allowed')
    expect(decision.retryAfterMs).toBeGreaterThan(0)
    expect(decision.retryAfterMs).toBeLessThanOrEqual(100)
    await realTime(decision.retryAfterMs + 1)
    expect((await store.take('honest', by)).allowed).toBe(true)
  })

  describe('streams', () => {
    test('of all instances together are never more than the most', async () => {
      const instances = [instance(), instance(), instance()]
      const slots = await Promise.all(
        Array.from({ length: 60 }, (_, i) => instances[i % 3]?.acquire('caller', 10)),
      )
      const releases = slots.filter((slot) => slot !== undefined)
      expect(releases).toHaveLength(10)
      for (const release of releases) {
        release()
        release()
      }
      const again = await Promise.all(Array.from({ length: 11 }, () => instances[0]?.acquire('caller', 10)))
      expect(again.filter((slot) => slot !== undefined)).toHaveLength(10)
    })

    test('of an instance that was killed are given back when their lease ends', async () => {
      const gone = instance()
      await gone.acquire('caller', 1)
      gone.close()
      const store = instance()
      expect(await store.acquire('caller', 1)).toBeUndefined()
      const [slot] = await client.zRangeWithScores('tain:streams:caller', 0, -1)
      const nowMs = await timeOf(client)
      const leftMs = (slot?.score ?? 0) - nowMs
      expect(leftMs).toBeGreaterThan(0)
      expect(leftMs).toBeLessThanOrEqual(20_000)
      // The lease ends now instead of then.
      await client.zAdd('tain:streams:caller', { score: nowMs, value: slot?.value ?? '' })
      expect(await store.acquire('caller', 1)).toBeDefined()
    })
  })

  test('three instances whose clocks are five minutes apart keep the limit within one per cent', async () => {
    // A burst of a second, so that nothing is forgone where all of them are held up for a moment.
    const fast: Rate = { count: 500, periodMs: 1000, burst: 500 }
    const instances = await Promise.all(
      [-300_000, 0, 300_000].map((skewMs) =>
        startInstance({ url: redis.url, skewMs, key: 'skewed', rate: fast, workers: 4 }),
      ),
    )
    const counting = Promise.all(instances.map(countOf))
    for (const child of instances) child.send('go')
    await realTime(4000)
    for (const child of instances) child.send('stop')
    const counts = await counting
    const firstMs = Math.min(...counts.map((count) => count.firstMs))
    const spanMs = Math.max(...counts.map((count) => count.lastMs)) - firstMs
    const allowed = counts.reduce((sum, count) => sum + count.allowed, 0)
    const most = fast.burst + 1 + (fast.count * spanMs) / fast.periodMs
    expect(allowed / most).toBeGreaterThan(0.99)
    expect(allowed / most).toBeLessThan(1.01)
    for (const count of counts) expect(count.asked).toBeGreaterThan(count.allowed)
  })

  test('killed and started again: each instance keeps to its share, says so once, and shares again', async () => {
    const instances = [instance(), instance(), instance()]
    await allowedOf(instances, 'warm', 3)
    await untilAllHaveBeaten(client, instances.length)
    expect(await allowedOf(instances, 'before', 90)).toBe(30)

    await redis.kill()
    const while_ = await Promise.all(instances.map((one) => allowedOf([one], 'while', 90)))
    expect(while_).toEqual([10, 10, 10])
    expect(said).toEqual(Array(3).fill({ event: 'limits_local', count: 3 }))

    await redis.start()
    await saying('limits_shared', 3)
    expect(await allowedOf(instances, 'after', 90)).toBe(30)
    expect(said).toHaveLength(6)
  })

  test('frozen, it delays one request by the time-out and no more, and is asked again when it wakes', async () => {
    const store = instance({ timeoutMs: 100, instances: 3 })
    // On a busy machine the first connection may take longer than a request waits for it.
    while (!(await client.exists('tain:rate:warm')) || said.at(-1)?.event === 'limits_local') {
      await store.take('warm', rate)
    }
    said.length = 0
    redis.freeze()
    try {
      expect(await allowedOf([store], 'frozen', 90)).toBe(10)
      expect(said).toEqual([{ event: 'limits_local', count: 3 }])
      expect((await store.take('frozen', rate)).allowed).toBe(false)
      // A few beats go unanswered, so the connection is replaced.
      await realTime(4000)
    } finally {
      redis.thaw()
    }
    await saying('limits_shared')
    expect(await allowedOf([store], 'awake', 90)).toBe(30)
  })

  test('never there: requests are decided all the same, and the process is not disturbed', async () => {
    const store = instance({ url: 'redis://127.0.0.1:1', instances: 2, timeoutMs: 100 })
    expect(await allowedOf([store], 'alone', 90)).toBe(15)
    const release = await store.acquire('alone', 4)
    expect(await store.acquire('alone', 4)).toBeDefined()
    expect(await store.acquire('alone', 4)).toBeUndefined()
    release?.()
    expect(await store.acquire('alone', 4)).toBeDefined()
    await saying('limits_local')
    expect(said).toEqual([{ event: 'limits_local', count: 2 }])
  })
})

type Client = ReturnType<typeof createClient>

async function timeOf(client: Client): Promise<number> {
  const [seconds, micros] = (await client.sendCommand(['TIME'])) as [string, string] // as TIME is documented
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** Until each instance has said that it is there after all of them were, and so knows how many there are. */
async function untilAllHaveBeaten(client: Client, instances: number): Promise<void> {
  const untilMs = async () => (await client.zRangeWithScores('tain:instances', 0, 0))[0]?.score ?? 0
  expect(await client.zCard('tain:instances')).toBe(instances)
  const leaseMs = 20_000
  const sinceMs = await timeOf(client)
  while ((await untilMs()) - leaseMs <= sinceMs) await realTime(100)
}

async function startInstance(options: {
  url: string
  skewMs: number
  key: string
  rate: Rate
  workers: number
}): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, 'instance.ts')
  const child = fork(file, [JSON.stringify(options)])
  await once(child, 'message')
  return child
}

/** The times are by the machine's clock, which is right in all processes. */
interface Count {
  allowed: number
  asked: number
  firstMs: number
  lastMs: number
}

async function countOf(child: ChildProcess): Promise<Count> {
  for (;;) {
    const [message] = await once(child, 'message')
    if (message.event) throw new Error(`an instance lost Redis: ${message.event}`)
    if ('allowed' in message) return message
  }
}
