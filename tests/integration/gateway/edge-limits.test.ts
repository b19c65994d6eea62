import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Rate } from '#lib/gateway/limits/rate.ts'
import { RedisLimits } from '#lib/gateway/limits/redis-limits.ts'
import { createRestCommands } from '#lib/gateway/limits/redis-rest.ts'
import { createRemoteStore } from '#lib/gateway/limits/remote-store.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findRedis, startRedis, type TestRedis } from '#tests/support/redis.ts'
import { startRedisRest } from '#tests/support/redis-rest.ts'
import { type Site, startNextSite } from '#tests/support/site.ts'
import { call } from './clients.ts'
import { KEY, type TestHost, TOKEN } from './hosts.ts'

const REST_TOKEN = 'rest-canary-0123456789'
const rate: Rate = { count: 1, periodMs: 3_600_000, burst: 8 }

describeWith(await findRedis(), 'limits of the Edge route in a Redis over HTTP', (program) => {
  let redis: TestRedis
  let rest: Awaited<ReturnType<typeof startRedisRest>>
  beforeAll(async () => {
    redis = await startRedis(program)
    rest = await startRedisRest(redis.url, REST_TOKEN)
  })
  afterAll(async () => {
    await rest.close()
    await redis.stop()
  })

  const instance = (token = REST_TOKEN) => {
    const failures: unknown[] = []
    const awake: Promise<unknown>[] = []
    const store = createRemoteStore(new RedisLimits(createRestCommands({ url: rest.url, token })), {
      onLocal: (error) => failures.push(error),
      keepAwake: (promise) => awake.push(promise),
      instances: 3,
    })
    const allowed = async (key: string, times: number) => {
      const decisions = await Promise.all(Array.from({ length: times }, () => store.take(key, rate)))
      return decisions.filter((decision) => decision.allowed).length
    }
    return { store, allowed, failures, awake }
  }

  it('are kept by several instances together, to the last request', async () => {
    const [one, other] = [instance(), instance()]
    expect((await one.allowed('shared', 20)) + (await other.allowed('shared', 20))).toBe(9)
    expect(await other.store.take('shared', rate)).toMatchObject({
      allowed: false,
      retryAfterMs: expect.any(Number),
    })
    expect([...one.failures, ...other.failures]).toEqual([])
  })

  it('are an instance’s share when Redis cannot be asked, and it says so', async () => {
    const { allowed, failures, store } = instance('wrong-token')
    expect(await allowed('local', 20)).toBe(3)
    expect(failures[0]).toMatchObject({ message: 'Unauthorized' })
    expect(await store.acquire('local', 3)).toBeDefined()
    expect(await store.acquire('local', 3)).toBeUndefined()
  })

  it('count running streams, and keep the function awake until a place is given back', async () => {
    const [one, other] = [instance(), instance()]
    const release = await one.store.acquire('streams', 1)
    expect(await other.store.acquire('streams', 1)).toBeUndefined()
    release?.()
    await Promise.all(one.awake)
    const again = await other.store.acquire('streams', 1)
    expect(again).toBeDefined()
    again?.()
    await Promise.all(other.awake)
    expect(await rest.keys()).not.toContain('tain:streams:streams')
  })

  it('are those of the site, when its settings name the Redis', async () => {
    const upstream: DemoUpstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const env = {
      REDIS_REST_URL: rest.url,
      REDIS_REST_TOKEN: REST_TOKEN,
      CALLER_RATE: '1/h',
      CALLER_BURST: '2',
    }
    const site: Site = await startNextSite({
      env: { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: KEY, GATEWAY_TOKENS: TOKEN, ...env },
    })
    try {
      const host = { port: Number(new URL(site.url).port) } as TestHost // as the clients want a host
      const statuses: (number | undefined)[] = []
      for (let i = 0; i < 4; i++) statuses.push((await call(host, '/v1/models')).status)
      expect(statuses).toEqual([200, 200, 200, 429])
      expect((await rest.keys()).some((key) => key.startsWith('tain:rate:1/3600000:caller:'))).toBe(true)
      expect(site.output()).not.toContain('limits_local')
    } finally {
      await site.stop()
      await upstream.close()
    }
  })
})
