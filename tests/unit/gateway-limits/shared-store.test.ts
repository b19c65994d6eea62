import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMemoryStore } from '#lib/gateway/limits/memory-store.ts'
import { createSharedStore, type RemoteLimits, type SharedStore } from '#lib/gateway/limits/shared-store.ts'

const rate = { count: 2, periodMs: 1000, burst: 9 }

/** A shared store in this process that can be away. */
function fakeRemote() {
  const limits = createMemoryStore({ now: () => Date.now() })
  const leases = new Map<string, number>()
  const state = {
    mode: 'there' as 'there' | 'refusing' | 'silent',
    instances: 3,
    asked: 0,
    disconnects: 0,
    held: () => [...leases].filter(([, endsMs]) => endsMs > Date.now()).map(([slot]) => slot),
  }
  const answer = async <T>(value: () => T): Promise<T> => {
    state.asked++
    if (state.mode === 'silent') return new Promise(() => {})
    if (state.mode === 'refusing') throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    return value()
  }
  const remote: RemoteLimits = {
    take: (key, taken) => answer(() => limits.take(key, taken)).then((decision) => decision),
    hold: (_, slot, max, leaseMs) =>
      answer(() => {
        if (state.held().length >= max) return false
        leases.set(slot, Date.now() + leaseMs)
        return true
      }),
    keep: (slots, leaseMs) =>
      answer(() => {
        for (const slot of [...slots.values()].flatMap((held) => [...held])) {
          leases.set(slot, Date.now() + leaseMs)
        }
      }),
    letGo: (_, slot) => answer(() => void leases.delete(slot)),
    present: () => answer(() => state.instances),
    disconnect: () => void state.disconnects++,
  }
  return { remote, state }
}

let store: SharedStore
const said: string[] = []

function start(remote: RemoteLimits, instances?: number) {
  store = createSharedStore(remote, {
    ...(instances && { instances }),
    now: () => Date.now(),
    log: (level, event, { code, count }) => said.push(`${level} ${event} ${code ?? '-'} ${count}`),
  })
  return store
}

/** How many of a hundred requests at once are allowed. */
async function allowedOf(key: string): Promise<number> {
  const decisions = []
  for (let i = 0; i < 100; i++) {
    const decision = store.take(key, rate)
    await vi.advanceTimersByTimeAsync(0)
    decisions.push(await decision)
  }
  return decisions.filter(({ allowed }) => allowed).length
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  said.length = 0
})
afterEach(() => {
  store.close()
  vi.useRealTimers()
})

/** A store that found its remote there, and then in trouble, which the first request after that noticed. */
async function inTrouble(mode: 'refusing' | 'silent') {
  const { remote, state } = fakeRemote()
  start(remote)
  await store.take('warm', rate)
  state.mode = mode
  const first = store.take('a', rate)
  await vi.advanceTimersByTimeAsync(100)
  return { state, first: await first }
}

describe('with the shared store there', () => {
  test('each decision is one question, and nothing is asked before the first request', async () => {
    const { remote, state } = fakeRemote()
    start(remote)
    expect(state.asked).toBe(0)
    await store.take('a', rate)
    const afterFirst = state.asked
    for (let i = 0; i < 10; i++) await store.take('a', rate)
    expect(state.asked).toBe(afterFirst + 10)
    expect(said).toEqual([])
  })

  test('the whole rate is there for whoever comes first', async () => {
    start(fakeRemote().remote)
    expect(await allowedOf('a')).toBe(10)
  })
})

describe.each(['refusing', 'silent'] as const)('with the shared store %s', (mode) => {
  test('an instance lets through its share of the last count, and says so once', async () => {
    expect((await inTrouble(mode)).first.allowed).toBe(true)
    expect(await allowedOf('a')).toBe(2)
    // Ten may come at once, so three of three instances; then two in three seconds from each.
    await vi.advanceTimersByTimeAsync(1500)
    expect(await allowedOf('a')).toBe(1)
    expect(said).toEqual([`warn limits_local ${mode === 'silent' ? 'ETIMEDOUT' : 'ECONNREFUSED'} 3`])
  })

  test('requests no longer wait for it, and it is tried in the background only', async () => {
    const { state } = await inTrouble(mode)
    const asked = state.asked
    for (let i = 0; i < 50; i++) await store.take('a', rate)
    expect(state.asked).toBe(asked)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(state.asked).toBeGreaterThan(asked + 5)
    expect(state.asked).toBeLessThan(asked + 60)
    expect(state.disconnects).toBeGreaterThan(0)
  })

  test('the share is of as many instances as the operator says', async () => {
    const { remote, state } = fakeRemote()
    state.mode = mode
    start(remote, 5)
    const first = store.take('a', rate)
    await vi.advanceTimersByTimeAsync(100)
    await first
    expect(await allowedOf('a')).toBe(1)
  })

  test('when it comes back all is shared again, and that is said once', async () => {
    const { state } = await inTrouble(mode)
    await vi.advanceTimersByTimeAsync(20_000)
    state.mode = 'there'
    await vi.advanceTimersByTimeAsync(5000)
    expect(await allowedOf('b')).toBe(10)
    expect(said.map((line) => line.split(' ')[1])).toEqual(['limits_local', 'limits_shared'])
  })

  test('streams are shared out as well, at least one each, and are counted again when it is back', async () => {
    const { remote, state } = fakeRemote()
    start(remote)
    const shared = await store.acquire('a', 7)
    state.mode = mode
    const second = store.acquire('a', 7)
    await vi.advanceTimersByTimeAsync(100)
    expect(shared).toBeDefined()
    expect(await second).toBeDefined()
    expect(await store.acquire('a', 7)).toBeUndefined()
    expect(await store.acquire('b', 1)).toBeDefined()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.held()).toEqual([])
    state.mode = 'there'
    await vi.advanceTimersByTimeAsync(5000)
    expect(state.held()).toHaveLength(3)
    ;(await second)?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.held()).toHaveLength(2)
  })
})

describe('slots', () => {
  test('of a running stream are kept for as long as it runs', async () => {
    const { remote, state } = fakeRemote()
    start(remote)
    const release = await store.acquire('a', 1)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(state.held()).toHaveLength(1)
    release?.()
    release?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.held()).toEqual([])
  })

  test('of an instance that is gone return by themselves', async () => {
    const { remote, state } = fakeRemote()
    start(remote)
    await store.acquire('a', 1)
    store.close()
    expect(state.held()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(state.held()).toEqual([])
  })
})
