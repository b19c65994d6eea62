import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findRedis, startRedis, type TestRedis } from '#tests/support/redis.ts'
import { type Site, startNextSite, startNodeSite } from '#tests/support/site.ts'
import { bearer, headOf } from '../gateway/clients.ts'
import { inLanes, settingsFor } from './sites.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, record: false })
  upstream.script({ ...answer.json({ data: [] }), times: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())

const agent = new Agent({ keepAlive: true })
afterAll(() => agent.destroy())

async function statusOf(site: Site, headers: Record<string, string>): Promise<number | undefined> {
  const req = request(`${site.baseUrl}/models`, { headers, agent })
  req.end()
  const response = await headOf(req)
  response.resume()
  return response.statusCode
}

/** How many requests got each status. */
async function count(requests: number, send: (i: number) => Promise<number | undefined>) {
  const counts: Record<number, number> = {}
  for (const status of await inLanes(Array.from({ length: requests }), 16, (_, i) => send(i))) {
    counts[status ?? 0] = (counts[status ?? 0] ?? 0) + 1
  }
  return counts
}

const BURST = 20
/** Beside the burst, and what a slow run earns: one in an hour. */
const LET_IN = BURST + 1

describe.each([
  ['Node site', startNodeSite, 10_000],
  ['Edge site', startNextSite, 500],
] as const)('%s: a caller who claims another address in each request', (_, start, requests) => {
  let site: Site
  beforeAll(async () => {
    const env = { BYOK: 'on', ADDRESS_RATE: '1/h', ADDRESS_BURST: String(BURST) }
    site = await start({ env: { ...settingsFor(upstream.url), ...env } })
  })
  afterAll(() => site.stop())

  it(`is one caller, ${requests} times`, { timeout: 60_000 }, async () => {
    const addressOf = (i: number) => `203.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    const counts = await count(requests, (i) =>
      statusOf(site, {
        authorization: 'Bearer sk-the-callers-own-key',
        'user-agent': 'OpenAI/JS 7',
        'x-forwarded-for': addressOf(i),
        'x-real-ip': addressOf(i),
        'cf-connecting-ip': addressOf(i),
        forwarded: `for=${addressOf(i)}`,
      }),
    )
    expect(counts).toEqual({ 200: LET_IN, 429: requests - LET_IN })
  })
})

describeWith(await findRedis(), 'Node sites with Redis', (program) => {
  const INSTANCES = 3
  const EACH = LET_IN / INSTANCES
  let redis: TestRedis
  let sites: Site[]
  beforeAll(async () => {
    redis = await startRedis(program)
    const env = {
      ...settingsFor(upstream.url),
      REDIS_URL: redis.url,
      // A machine under load may answer late; what is counted here is not what an instance does about that.
      REDIS_TIMEOUT: '30s',
      INSTANCES: String(INSTANCES),
      CALLER_RATE: '1/h',
      CALLER_BURST: String(BURST),
    }
    sites = await Promise.all(Array.from({ length: INSTANCES }, () => startNodeSite({ env })))
  })
  afterAll(async () => {
    await Promise.all(sites.map((site) => site.stop()))
    await redis.stop()
  })

  it('let through together what one would; without it, each its share and not one more', async () => {
    const next = (i: number) => sites[i % INSTANCES] as Site
    expect(await count(150, (i) => statusOf(next(i), bearer))).toEqual({ 200: LET_IN, 429: 150 - LET_IN })
    await redis.kill()
    for (const site of sites) {
      expect(await count(50, () => statusOf(site, bearer))).toEqual({ 200: EACH, 429: 50 - EACH })
    }
  })
})
