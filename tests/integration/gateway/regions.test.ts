import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseUpstreams } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { statusText } from '#server/gateway/status-text.ts'
import { call } from './clients.ts'
import { KEY, startNodeCarrier, type TestHost } from './hosts.ts'

/**
 * docs/regions.md, performed: a gateway, three relays and an API behind each. Time is the test's own: an API "takes" its
 * time by moving the clock, so nothing waits, and the same run gives the same numbers on any machine.
 */

/** The article's table of averages, in milliseconds; its P95 are 1.9 times as much, and so are these. */
const AVERAGE_MS = { 'hong-kong': 218, singapore: 253, 'us-west': 189 }
const RELAY_SECRET = 'relay-secret-0123456789abcdef'

let nowMs = 1_000_000
let seed = 11

/** Numbers that look random and are the same every time (a linear congruential generator, Numerical Recipes). */
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 4_294_967_296
}

/** Around `averageMs` with a long tail: never below 0.55 of it, 5 % beyond 1.9. */
const someLatencyMs = (averageMs: number) => averageMs * (0.55 - 0.45 * Math.log(1 - random()))

interface Region {
  api: DemoUpstream
  relay: TestHost
  averageMs: number
  /** The API sees where a request comes from, and does not serve there. */
  isUnsupported: boolean
}

async function startRegion(averageMs: number): Promise<Region> {
  const api = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
  const relay = await startNodeCarrier({ upstream: { name: 'api', url: api.url }, relaySecret: RELAY_SECRET })
  const region = { api, relay, averageMs, isUnsupported: false }
  const takesItsTime = (seen: boolean) => () => {
    if (region.isUnsupported !== seen) return false
    nowMs += seen ? 20 : someLatencyMs(region.averageMs)
    return true
  }
  const times = Number.POSITIVE_INFINITY
  api.script({ ...answer.json({ object: 'chat.completion' }), match: takesItsTime(false), times })
  api.script({ ...WRONG_REGION, match: takesItsTime(true), times })
  return region
}

const WRONG_REGION = answer.json(
  {
    error: {
      message: 'Country, region, or territory not supported',
      type: 'request_forbidden',
      param: null,
      code: 'unsupported_country_region_territory',
    },
  },
  { status: 403 },
)

describe('three relays of different latency', () => {
  const regions: Record<string, Region> = {}
  let gateway: TestHost

  beforeAll(async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
    vi.spyOn(Math, 'random').mockImplementation(random)
    for (const [name, averageMs] of Object.entries(AVERAGE_MS)) regions[name] = await startRegion(averageMs)
    const setting = Object.entries(regions).map(([name, { relay }]) => `${name}=${relay.origin}/v1`)
    gateway = await startNodeCarrier({
      upstreams: parseUpstreams(setting.join(', ')),
      keys: [{ account: 'only', secret: KEY }],
      relaySecret: RELAY_SECRET,
    })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await gateway.close()
    for (const { relay, api } of Object.values(regions)) {
      await relay.close()
      await api.close()
    }
  })

  /** Asks so often, one after the other; which share of the answers came through which region, in percent. */
  async function sharesOf(requests: number): Promise<Record<string, number>> {
    const counts: Record<string, number> = Object.fromEntries(Object.keys(regions).map((name) => [name, 0]))
    for (let i = 0; i < requests; i++) {
      const { status, response } = await call(gateway, '/v1/chat/completions', { body: '{}' })
      expect(status).toBe(200)
      const name = String(response.headers['x-tain-upstream'])
      counts[name] = (counts[name] ?? 0) + 1
    }
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, (count / requests) * 100]))
  }

  const status = () => {
    if (!gateway.gateway) throw new Error('this host has no gateway to ask')
    return gateway.gateway.status()
  }
  const change = (name: keyof typeof AVERAGE_MS, how: Partial<Region>) => {
    Object.assign(regions[name] as Region, how) // every name has got its region
  }
  const row = (name: string) => {
    const found = status().upstreams.find(({ upstream }) => upstream === name)
    if (!found) throw new Error(`no upstream is called ${name}`)
    return found
  }

  it('most goes the fastest way, and least the slowest; the table is the article’s', async () => {
    const shares = await sharesOf(240)
    expect(shares['us-west']).toBeGreaterThan(40)
    expect(shares['hong-kong']).toBeGreaterThan(25)
    expect(shares.singapore).toBeLessThan(25)
    for (const [name, averageMs] of Object.entries(AVERAGE_MS)) {
      const { averageMs: measured, p95Ms, errorRate, state } = row(name)
      expect(Math.abs((measured ?? 0) / averageMs - 1), name).toBeLessThan(0.15)
      expect((p95Ms ?? 0) / averageMs, name).toBeGreaterThan(1.5)
      expect([errorRate, state]).toEqual([0, 'in'])
    }
    expect(statusText(status())).toMatch(
      /^Upstream {3}State {2}Requests {2}Average {2}P95 +Errors\nhong-kong {2}in /,
    )
  })

  it('a way that becomes slow is left to those that are fast', async () => {
    change('us-west', { averageMs: 900 })
    const shares = await sharesOf(160)
    expect(shares['us-west']).toBeLessThan(8)
    expect(shares['hong-kong']).toBeGreaterThan(shares.singapore ?? 0)
  })

  it('a region in which the API does not serve is left out, and no caller notices', async () => {
    change('hong-kong', { isUnsupported: true })
    let asked = 0
    // Already its first refusals make it a last choice; the fifth in a row ejects it.
    while (row('hong-kong').state !== 'ejected' && asked++ < 200) {
      expect((await sharesOf(1))['hong-kong']).toBe(0)
    }
    expect(row('hong-kong').state).toBe('ejected')
    expect(row('hong-kong').errorRate).toBeGreaterThan(0)
    expect(statusText(status())).toMatch(/\nhong-kong {2}ejected for \d+ s /)
  })

  it('it comes back once one live request has been answered', async () => {
    change('hong-kong', { isUnsupported: false })
    nowMs += row('hong-kong').ejectedForMs
    expect(row('hong-kong').state).toBe('trial')
    await sharesOf(1)
    expect(row('hong-kong').state).toBe('returning')
    const shares = await sharesOf(120)
    expect(row('hong-kong').state).toBe('in')
    expect(shares['hong-kong']).toBeGreaterThan(20)
  })
})
