import { writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import path from 'node:path'
import { setTimeout as realTime } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLimits } from '#lib/gateway/limits/limits.ts'
import { createMemoryStore } from '#lib/gateway/limits/memory-store.ts'
import { parseRate, withBurst } from '#lib/gateway/limits/rate.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, startNginx, type TestNginx } from '#tests/support/nginx.ts'

/** Rates that nginx can represent: it keeps thousandths of a request per second. */
const ZONES = [
  { name: 'article', rate: '60/m', burst: 20 },
  { name: 'strict', rate: '120/m', burst: 0 },
  { name: 'key', rate: '3/s', burst: 5 },
  { name: 'fast', rate: '20/s', burst: 10 },
  { name: 'faster', rate: '1200/m', burst: 1 },
] as const

type Zone = (typeof ZONES)[number]

/** Bursts of requests and the real time between them. */
const burst = fc.record({
  requests: fc.integer({ min: 1, max: 25 }),
  pauseMs: fc.integer({ min: 0, max: 600 }),
})
/** The first is more than any of the zones allows at once. */
const schedule = fc
  .array(burst, { minLength: 4, maxLength: 9 })
  .map((bursts) => [{ requests: 30, pauseMs: 600 }, ...bursts])

type Burst = typeof burst extends fc.Arbitrary<infer T> ? T : never

const configuration = ({ listen, root }: { listen: string; root: string }) => `
  keepalive_requests 100000;
${ZONES.map(({ name, rate }) => `  limit_req_zone $arg_key zone=${name}:1m rate=${rate.replace('/', 'r/')};`).join('\n')}
  limit_req_status 429;
  limit_req_log_level info;
  server {
    listen ${listen};
    root ${root};
    add_header x-connection-time $connection_time always;
${ZONES.map(({ name, burst }) => `    location = /${name} { limit_req zone=${name} ${burst > 0 ? `burst=${burst} nodelay` : ''}; }`).join('\n')}
  }`

/**
 * Sends one request; tells nginx's decision, and when it was made by the clock that nginx limits by, in milliseconds
 * since the connection was opened. `$connection_time` is of that very clock and that very turn of the event loop, so
 * decisions can be compared exactly; `$msec` is another clock, and strays from it while a machine is busy.
 */
function ask(url: string, agent: Agent): Promise<{ allowed: boolean; atMs: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (res) => {
      res.resume()
      res.once('end', () => {
        const allowed = res.statusCode === 200
        if (!allowed && res.statusCode !== 429) reject(new Error(`nginx answered ${res.statusCode}`))
        resolve({ allowed, atMs: Math.round(Number(res.headers['x-connection-time']) * 1000) })
      })
    }).once('error', reject)
  })
}

/** Sends a schedule to nginx on one connection, and to our own limits at the same times, and compares each decision. */
async function compare(nginx: TestNginx, zone: Zone, bursts: Burst[], key: string) {
  const clock = { nowMs: 0 }
  const limits = createLimits(createMemoryStore({ now: () => clock.nowMs }))
  const rate = withBurst(parseRate(zone.rate), zone.burst)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const seen = { allowed: 0, refused: 0 }
  const history: string[] = []
  for (const { requests, pauseMs } of bursts) {
    for (let i = 0; i < requests; i++) {
      const { allowed, atMs } = await ask(`${nginx.url}/${zone.name}?key=${key}`, agent)
      history.push(`${atMs} ${allowed ? 'allowed' : 'refused'}`)
      clock.nowMs = atMs
      const ours = await limits.take(key, rate)
      expect(ours.allowed, `nginx's decisions of ${zone.rate}:\n${history.join('\n')}`).toBe(allowed)
      seen[allowed ? 'allowed' : 'refused']++
    }
    await realTime(pauseMs)
  }
  agent.destroy()
  return seen
}

describeWith(await findNginx(), 'beside a real nginx', (program) => {
  let nginx: TestNginx
  beforeAll(async () => {
    nginx = await startNginx(program, configuration)
    await Promise.all(ZONES.map(({ name }) => writeFile(path.join(nginx.root, name), 'ok')))
  })
  afterAll(() => nginx?.stop())

  test.concurrent.each(ZONES)(
    'the same requests at the same times get the same decisions: $rate, burst $burst',
    async (zone) => {
      const seed = Date.now()
      const schedules = fc.sample(schedule, { numRuns: 6, seed })
      const seen = await Promise.all(
        schedules.map((bursts, i) => compare(nginx, zone, bursts, `${zone.name}-${i}`)),
      )
      const total = (kind: keyof (typeof seen)[number]) => seen.reduce((sum, one) => sum + one[kind], 0)
      // Both decisions must occur, or little was compared.
      expect(total('allowed')).toBeGreaterThan(12)
      expect(total('refused')).toBeGreaterThan(12)
    },
  )
})
