import { Agent } from 'undici'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createSupply, type Supply } from '#lib/gateway/supply.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import { probe, startProbes } from '#server/gateway/probes.ts'
import { KEYS, keysSeen, startUpstreams, type UpstreamGroup } from './supplies.ts'

let upstreams: UpstreamGroup
const agent = new Agent()

beforeAll(async () => {
  upstreams = await startUpstreams(2)
})
beforeEach(() => upstreams.reset())
afterAll(async () => {
  await Promise.all([agent.destroy(), upstreams.close()])
})

/** Two upstreams, a key for each. */
function supply(): Supply {
  return createSupply(
    {
      upstreams: upstreams.settings,
      keys: [
        { account: 'a', secret: KEYS.a, upstream: 'one' },
        { account: 'b', secret: KEYS.b, upstream: 'two' },
      ],
      open: false,
      tokens: [],
      idleTimeoutMs: 1_000,
      connectTimeoutMs: 1_000,
    },
    () => {},
  )
}

const statesOf = (of: Supply) => of.upstreams.status().map(({ state }) => state)
const probeAll = (of: Supply) => Promise.all(of.upstreams.list().map((each) => probe(of, agent, each)))

it('takes an upstream out before a caller meets it, and brings it back when it answers again', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  try {
    const ours = supply()
    upstreams.list[0]?.script({ ...fault.serverError(), times: 5 })
    for (let i = 0; i < 5; i++) await probeAll(ours)
    expect(statesOf(ours)).toEqual(['ejected', 'in'])
    vi.setSystemTime(Date.now() + 21_000)
    vi.advanceTimersByTime(21_000)
    expect(statesOf(ours)).toEqual(['trial', 'in'])
    await probeAll(ours)
    expect(statesOf(ours)).toEqual(['returning', 'in'])
  } finally {
    vi.useRealTimers()
  }
})

it('asks each upstream with its own key, as a caller would', async () => {
  await probeAll(supply())
  expect(upstreams.list.map(keysSeen)).toEqual([[KEYS.a], [KEYS.b]])
  expect(upstreams.list.map(({ received }) => received[0]?.target)).toEqual(['/v1/models', '/v1/models'])
})

it('asks at its interval, and never when there is none', async () => {
  const ours = supply()
  startProbes(ours, agent, undefined)()
  const stop = startProbes(ours, agent, 5)
  await Promise.all(upstreams.list.map((upstream) => upstream.nextRequest()))
  stop()
  expect(upstreams.list.every(({ received }) => received.length > 0)).toBe(true)
})
