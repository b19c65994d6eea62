import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyPool } from '#lib/gateway/keys/key-pool.ts'
import { parseRate, withBurst } from '#lib/gateway/limits/rate.ts'
import { type Answer, classify, type NoAnswer } from '#lib/gateway/outcome/classify.ts'
import { createRetryRule } from '#lib/gateway/outcome/retry-rule.ts'
import { isRefusal } from '#lib/gateway/refusal.ts'
import { parseUpstreams } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { createUpstreams } from '#lib/gateway/upstreams/upstreams.ts'
import { keysOf } from '../gateway-keys/pool-bench.ts'
import { VirtualClock } from '../gateway-keys/virtual-clock.ts'

type Happening = Omit<Answer, 'method'> | Omit<NoAnswer, 'method'>

const fine: Happening = { status: 200, headers: [] }
const rateLimit = (headers: string[] = []): Happening => ({
  status: 429,
  headers,
  body: JSON.stringify({ error: { code: 'rate_limit_exceeded', type: 'requests' } }),
})

interface Weather {
  /** What an upstream does to a request now. */
  upstream(name: string): Happening
}

/** The gateway's repeat step in small, with everything it is made of, in virtual time. */
function gatewayUnder(weather: Weather, { accounts, rate }: { accounts: number; rate: string }) {
  const clock = new VirtualClock()
  const pool = createKeyPool(
    {
      keys: keysOf(...Array.from({ length: accounts }, (_, i) => `account${i}`)),
      rate: withBurst(parseRate(rate), 2),
    },
    { clock, tell() {} },
  )
  const upstreams = createUpstreams(
    parseUpstreams('one=https://one.example.org,two=https://two.example.org'),
    {
      now: clock.now,
      random: () => 0.5,
    },
  )
  const retries = createRetryRule({ ambiguous: true })
  const counts = { calls: 0, upstreamCalls: 0, answered: 0 }
  const unansweredSinceMs = new Set<number>()

  const call = async (caller: string): Promise<void> => {
    counts.calls++
    const startedMs = clock.now()
    unansweredSinceMs.add(startedMs)
    retries.begin()
    const tried: { accounts: string[]; upstreams: string[] } = { accounts: [], upstreams: [] }
    for (let attempts = 1; ; attempts++) {
      const upstream = upstreams.choose({ exclude: tried.upstreams })
      const lease = upstream && (await pool.lease({ upstream, caller, exclude: tried.accounts }))
      if (!lease || isRefusal(lease)) {
        if (attempts > 1) retries.giveBack()
        return
      }
      counts.upstreamCalls++
      const happening = weather.upstream(upstream.name)
      const verdict = classify({ method: 'POST', ...happening })
      lease.settle(verdict)
      upstreams.observe(upstream.name, verdict, 300)
      if (verdict.reason === 'answered') {
        counts.answered++
        unansweredSinceMs.delete(startedMs)
        return
      }
      const next = retries.decide(verdict, { attempts, replayable: true })
      if (!next) return
      if (next === 'other-account') tried.accounts.push(lease.account)
      else tried.upstreams.push(upstream.name)
    }
  }

  /** Calls at an even pace, from ten callers. */
  const run = async (forMs: number, everyMs: number) => {
    for (let i = 0; i < forMs / everyMs; i++) {
      void call(`caller ${i % 10}`)
      await clock.pass(everyMs)
    }
  }
  return { run, counts, clock, unansweredSinceMs }
}

const storms = fc.oneof(
  fc.constant(() => rateLimit()),
  fc.nat(20_000).map((ms) => () => rateLimit(['retry-after-ms', String(ms)])),
  fc.constantFrom(500, 502, 503, 529).map((status) => (): Happening => ({ status, headers: [] })),
  fc.constant((): Happening => ({ failure: 'connect', sent: false })),
  fc.constant((): Happening => ({ failure: 'reset', sent: true })),
)

test('in a storm upstream is called at most 1.1 times for each call, and 30 s later all is well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(storms, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom('off', '3/s', '100/s'),
      fc.integer({ min: 5, max: 90 }),
      async (kinds, accounts, rate, stormS) => {
        let isStorm = true
        let turn = 0
        const upstream = () => (isStorm ? (kinds[turn++ % kinds.length]?.() ?? fine) : fine)
        const { run, counts, clock, unansweredSinceMs } = gatewayUnder({ upstream }, { accounts, rate })

        await run(stormS * 1000, 25)
        await clock.pass(10_000)
        expect(counts.upstreamCalls).toBeLessThanOrEqual(1.1 * counts.calls)

        isStorm = false
        await run(30_000, 400)
        const calmMs = clock.now()
        await run(10_000, 400)
        await clock.pass(10_000)
        expect([...unansweredSinceMs].filter((sinceMs) => sinceMs >= calmMs)).toEqual([])
      },
    ),
    { numRuns: 30 },
  )
}, 60_000)

test('one upstream down, the other well: nearly nobody notices', async () => {
  const upstream = (name: string): Happening => (name === 'one' ? { status: 503, headers: [] } : fine)
  const { run, counts } = gatewayUnder({ upstream }, { accounts: 2, rate: 'off' })
  await run(60_000, 50)
  expect(counts.calls).toBe(1200)
  expect(counts.answered).toBe(1200)
  expect(counts.upstreamCalls).toBeLessThan(1220)
})
