import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '#lib/gateway/outcome/classify.ts'
import { parseUpstreams } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { createUpstreams } from '#lib/gateway/upstreams/upstreams.ts'

const ok: Verdict = { reason: 'answered', charge: 'nobody', retry: 'never' }
const failed: Verdict = { reason: 'upstream-failed', charge: 'upstream', retry: 'ambiguous' }
const theirs: Verdict = { reason: 'request-rejected', charge: 'nobody', retry: 'never' }
const left: Verdict = { reason: 'caller-left', charge: 'nobody', retry: 'never' }

/** Numbers that look random and are the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const listOf = (...names: string[]) =>
  parseUpstreams(names.map((name) => `${name}=https://${name}.example.org`).join())

function upstreamsOf(...names: string[]) {
  const clock = { nowMs: 1_000_000 }
  const upstreams = createUpstreams(listOf(...names), { now: () => clock.nowMs, random: seeded(7) })
  /** One request, answered at once as `behave` says; counts who got it. */
  const send = (behave: (name: string) => { verdict: Verdict; ttfbMs?: number }, everyMs = 100) => {
    const name = upstreams.choose()?.name ?? ''
    const { verdict, ttfbMs } = behave(name)
    upstreams.observe(name, verdict, ttfbMs)
    clock.nowMs += everyMs
    return name
  }
  const sendMany = (count: number, behave: Parameters<typeof send>[0], everyMs?: number) => {
    const counts: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]))
    for (let i = 0; i < count; i++) {
      const name = send(behave, everyMs)
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }
  return { upstreams, clock, send, sendMany }
}

const stateOf = (upstreams: ReturnType<typeof createUpstreams>, name: string) =>
  upstreams.status().find(({ upstream }) => upstream === name)?.state

describe('choice', () => {
  test('the faster one gets nearly everything, the slower one is asked now and then', () => {
    const { sendMany } = upstreamsOf('fast', 'slow')
    const counts = sendMany(2000, (name) => ({ verdict: ok, ttfbMs: name === 'fast' ? 200 : 900 }))
    expect(counts.fast).toBeGreaterThan(1800)
    expect(counts.slow).toBeGreaterThan(1)
  })

  test('one that became fast is found out', () => {
    const { sendMany } = upstreamsOf('one', 'other')
    sendMany(500, (name) => ({ verdict: ok, ttfbMs: name === 'one' ? 200 : 900 }))
    const later = sendMany(2000, (name) => ({ verdict: ok, ttfbMs: name === 'one' ? 200 : 20 }))
    expect(later.other).toBeGreaterThan(1500)
  })

  test('of many, the slowest gets next to nothing and no single one gets all', () => {
    const latencies: Record<string, number> = { a: 300, b: 310, c: 320, d: 330, e: 3000 }
    const { sendMany } = upstreamsOf(...Object.keys(latencies))
    const counts = sendMany(3000, (name) => ({ verdict: ok, ttfbMs: latencies[name] ?? 0 }))
    expect(counts.e).toBeLessThan(150)
    expect(Math.max(...Object.values(counts))).toBeLessThan(2000)
  })

  test('a quick error does not make an upstream look fast', () => {
    const { upstreams } = upstreamsOf('a')
    for (let i = 0; i < 10; i++) upstreams.observe('a', theirs, 1)
    upstreams.observe('a', ok, 400)
    expect(upstreams.status()[0]).toMatchObject({ averageMs: 400, errorRate: 0, requests: 11 })
  })

  test('a caller that left says nothing', () => {
    const { upstreams } = upstreamsOf('a')
    upstreams.observe('a', left, 5)
    expect(upstreams.status()[0]?.requests).toBe(0)
  })

  test('exclusion and confinement are obeyed; nothing left is nothing', () => {
    fc.assert(
      fc.property(
        fc.subarray(['a', 'b', 'c']),
        fc.constantFrom('a', 'b', 'c', undefined),
        (exclude, only) => {
          const { upstreams } = upstreamsOf('a', 'b', 'c')
          for (let i = 0; i < 20; i++) upstreams.observe('a', failed)
          const chosen = upstreams.choose({ exclude, ...(only && { only }) })?.name
          const possible = ['a', 'b', 'c'].filter(
            (name) => !exclude.includes(name) && (!only || name === only),
          )
          if (possible.length === 0) expect(chosen).toBeUndefined()
          else expect(possible).toContain(chosen)
        },
      ),
    )
  })

  test('the same clock and the same random numbers choose the same', () => {
    const run = () => {
      const { send } = upstreamsOf('a', 'b', 'c')
      return Array.from({ length: 300 }, (_, i) =>
        send((name) => ({ verdict: (i + name.length) % 7 ? ok : failed, ttfbMs: 50 })),
      )
    }
    expect(run()).toEqual(run())
  })
})

describe('health', () => {
  test('five failures in a row eject; nothing is sent there until the trial, and one request is the trial', () => {
    const { upstreams, clock } = upstreamsOf('good', 'bad')
    for (let i = 0; i < 5; i++) upstreams.observe('bad', failed)
    expect(stateOf(upstreams, 'bad')).toBe('ejected')
    for (let i = 0; i < 50; i++) expect(upstreams.choose()?.name).toBe('good')
    clock.nowMs += 5_000
    const chosen = Array.from({ length: 50 }, () => upstreams.choose()?.name)
    expect(chosen.filter((name) => name === 'bad')).toHaveLength(1)
  })

  test('a failed trial ejects for longer, a good one brings it back slowly', () => {
    const { upstreams, clock, sendMany } = upstreamsOf('good', 'bad')
    for (let i = 0; i < 5; i++) upstreams.observe('bad', failed)
    clock.nowMs += 5_000
    expect(upstreams.choose()?.name).toBe('bad')
    upstreams.observe('bad', failed)
    expect(upstreams.status().find(({ upstream }) => upstream === 'bad')?.ejectedForMs).toBe(10_000)
    clock.nowMs += 10_000
    expect(upstreams.choose()?.name).toBe('bad')
    upstreams.observe('bad', ok, 10)
    expect(stateOf(upstreams, 'bad')).toBe('returning')
    const answer = (name: string) => ({ verdict: ok, ttfbMs: name === 'bad' ? 10 : 500 })
    const soon = sendMany(100, answer, 10)
    expect(soon.bad).toBeGreaterThan(2)
    expect(soon.bad).toBeLessThan(30)
    clock.nowMs += 15_000
    expect(stateOf(upstreams, 'bad')).toBe('in')
    expect(sendMany(100, answer, 10).bad).toBeGreaterThan(90)
  })

  test('requests that were under way when it was ejected are not another reason', () => {
    const { upstreams } = upstreamsOf('good', 'bad')
    for (let i = 0; i < 500; i++) upstreams.observe('bad', failed)
    expect(upstreams.status().find(({ upstream }) => upstream === 'bad')?.ejectedForMs).toBe(5_000)
  })

  test('half of all requests failing is enough too', () => {
    const { upstreams } = upstreamsOf('good', 'bad')
    for (let i = 0; i < 20; i++) upstreams.observe('bad', i % 2 ? failed : ok, 100)
    expect(stateOf(upstreams, 'bad')).toBe('ejected')
  })

  test('with everything ejected requests still go somewhere', () => {
    const { upstreams } = upstreamsOf('a', 'b')
    for (const name of ['a', 'b']) for (let i = 0; i < 9; i++) upstreams.observe(name, failed)
    expect(upstreams.choose()).toBeDefined()
    expect(upstreams.choose({ exclude: ['a'] })?.name).toBe('b')
  })

  test('another list keeps what is known of those that stay', () => {
    const { upstreams } = upstreamsOf('a', 'b')
    for (const name of ['a', 'b']) upstreams.observe(name, ok, 100)
    upstreams.replace(
      parseUpstreams('a=https://a.example.org,b=https://elsewhere.example.org,c=https://c.example.org'),
    )
    expect(upstreams.status().map(({ upstream, requests }) => [upstream, requests])).toEqual([
      ['a', 1],
      ['b', 0],
      ['c', 0],
    ])
    upstreams.observe('gone', ok, 1)
    expect(upstreams.list().map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })
})
