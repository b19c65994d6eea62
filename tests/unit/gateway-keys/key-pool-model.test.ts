import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lease } from '#lib/gateway/keys/lease.ts'
import type { Rate } from '#lib/gateway/limits/rate.ts'
import type { Verdict } from '#lib/gateway/outcome/classify.ts'
import { isRefusal, type Refusal } from '#lib/gateway/refusal.ts'
import { failed, keysOf, limited, noMoney, ok, poolWith, rejected, UPSTREAM } from './pool-bench.ts'

/** The pool's own numbers, written down a second time on purpose. */
const MAX_WAIT_MS = 10_000
const TRIAL_HOLD_MS = 2_000

const RATES: (Rate | 'off')[] = [
  'off',
  { count: 3, periodMs: 1000, burst: 0 },
  { count: 3, periodMs: 1000, burst: 2 },
  { count: 7, periodMs: 60_000, burst: 1 },
]
const NAMES = ['a:1', 'a:2', 'b:1', 'c:1', 'd:1']
const ACCOUNTS = ['a', 'b', 'c', 'd']

const verdict = fc.oneof(
  { weight: 4, arbitrary: fc.constant(ok) },
  { weight: 3, arbitrary: fc.option(fc.nat(15_000), { nil: undefined }).map(limited) },
  { weight: 1, arbitrary: fc.constantFrom(noMoney, rejected) },
  { weight: 2, arbitrary: fc.constant(failed) },
)

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      caller: fc.constantFrom('x', 'y', 'z'),
      account: fc.option(fc.constantFrom(...ACCOUNTS, 'gone'), { nil: undefined, freq: 4 }),
      exclude: fc.option(fc.subarray(ACCOUNTS, { minLength: 1 }), { nil: undefined, freq: 5 }),
      maxWaitMs: fc.option(fc.nat(20_000), { nil: undefined }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(), verdict }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(9000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), names: fc.subarray(NAMES) }) },
)

interface Asked {
  askedAtMs: number
  abort: AbortController
  listeners: { count: number }
  result?: Lease | Refusal
}

interface Running {
  lease: Lease
  secret: string
  epoch: number
}

/** What must be known to judge a grant: when each account was last set back, and by an answer to which request. */
interface Account {
  epoch: number
  away: boolean
  untilMs: number
  grantsMs: number[]
  openTrialsMs: Map<Lease, number>
}

/** Watches a pool from outside, and knows no more than its documentation. */
class Observer {
  readonly #rate: Rate | 'off'
  readonly #accounts = new Map<string, Account>()
  readonly #dead = new Set<string>()
  readonly running: Running[] = []

  constructor(rate: Rate | 'off') {
    this.#rate = rate
  }

  #account(name: string): Account {
    const account = this.#accounts.get(name) ?? {
      epoch: 0,
      away: false,
      untilMs: Number.NEGATIVE_INFINITY,
      grantsMs: [],
      openTrialsMs: new Map(),
    }
    this.#accounts.set(name, account)
    return account
  }

  onGrant(lease: Lease, nowMs: number): void {
    const secret = lease.keyFor(UPSTREAM.origin) ?? ''
    const account = this.#account(lease.account)
    expect(this.#dead.has(secret), 'a dead key was leased').toBe(false)
    expect(account.untilMs, 'a cooling account was leased').toBeLessThanOrEqual(nowMs)
    account.grantsMs.push(nowMs)
    this.#checkRate(account.grantsMs)
    if (account.away) {
      const fresh = [...account.openTrialsMs.values()].filter((sinceMs) => nowMs - sinceMs < TRIAL_HOLD_MS)
      expect(fresh, 'a second trial beside the first').toEqual([])
      account.openTrialsMs.set(lease, nowMs)
    }
    this.running.push({ lease, secret, epoch: account.epoch })
  }

  /** The rate as anyone can check it: between any two grants there must have been time for those in between. */
  #checkRate(grantsMs: number[]): void {
    if (this.#rate === 'off') return
    const { count, periodMs, burst } = this.#rate
    const last = grantsMs.at(-1) ?? 0
    grantsMs.forEach((atMs, index) => {
      const earned = burst + 1 + ((last - atMs) * count) / periodMs
      expect(grantsMs.length - index, 'more than the rate').toBeLessThanOrEqual(earned)
    })
  }

  onSettle(
    { lease, secret, epoch }: Running,
    { reason, cooldownMs }: Verdict,
    nowMs: number,
    live: string[],
  ): void {
    const account = this.#account(lease.account)
    const isCurrent = epoch === account.epoch
    account.openTrialsMs.delete(lease)
    if (reason === 'answered' && isCurrent) {
      account.away = false
      account.untilMs = Number.NEGATIVE_INFINITY
      account.openTrialsMs.clear()
    }
    if (reason === 'key-rejected' && live.includes(secret)) this.#dead.add(secret)
    if (reason === 'rate-limited' || reason === 'out-of-quota') {
      if (isCurrent) account.epoch++
      if (isCurrent || !account.away) account.untilMs = nowMs + (cooldownMs ?? 1000)
      // Whatever else it was, an account that is away and refused again stays away; how long is the pool's affair.
      account.away = true
      account.openTrialsMs.clear()
    }
  }

  /** A replaced key or account is another one. */
  onReplace(secrets: string[], accounts: string[]): void {
    for (const secret of this.#dead) if (!secrets.includes(secret)) this.#dead.delete(secret)
    for (const name of this.#accounts.keys()) if (!accounts.includes(name)) this.#accounts.delete(name)
  }
}

/** A signal that counts who listens to it. */
function countingSignal(): { abort: AbortController; listeners: { count: number } } {
  const abort = new AbortController()
  const listeners = { count: 0 }
  const { signal } = abort
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  const seen = new Set<unknown>()
  signal.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    seen.add(listener)
    listeners.count = seen.size
    add(type, listener)
  }
  signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    seen.delete(listener)
    listeners.count = seen.size
    remove(type, listener)
  }
  return { abort, listeners }
}

test('whatever happens in whatever order, no promise of the pool is broken', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...RATES), fc.array(step, { maxLength: 60 }), async (rate, steps) => {
      const { clock, lease, pool } = poolWith(keysOf(...NAMES), rate)
      const observer = new Observer(rate)
      const asked: Asked[] = []
      const violations: unknown[] = []
      let present = keysOf(...NAMES)

      for (const now of steps) {
        if (now.do === 'lease') {
          const { do: _, ...ask } = now
          const one: Asked = { askedAtMs: clock.now(), ...countingSignal() }
          asked.push(one)
          lease({ ...ask, signal: one.abort.signal })
            .then((result) => {
              one.result = result
              expect(clock.now() - one.askedAtMs).toBeLessThanOrEqual(MAX_WAIT_MS)
              if (isRefusal(result)) return
              if (ask.exclude && !ask.account) expect(ask.exclude).not.toContain(result.account)
              observer.onGrant(result, clock.now())
            })
            .catch((violation) => violations.push(violation))
        } else if (now.do === 'settle') {
          const [running] = observer.running.splice(now.which % Math.max(1, observer.running.length), 1)
          if (!running) continue
          const live = present.map(({ secret }) => secret)
          // Before the pool hears of it: what it grants in consequence is judged by what it then knows.
          if (present.some(({ account }) => account === running.lease.account)) {
            observer.onSettle(running, now.verdict, clock.now(), live)
          }
          running.lease.settle(now.verdict)
          running.lease.settle(rejected)
        } else if (now.do === 'pass') {
          await clock.pass(now.ms)
        } else if (now.do === 'abort') {
          asked[now.which % Math.max(1, asked.length)]?.abort.abort()
        } else {
          present = keysOf(...now.names)
          observer.onReplace(
            present.map(({ secret }) => secret),
            present.map(({ account }) => account),
          )
          // Leases of accounts that went away mean nothing to ones of the same name that come back.
          for (let i = observer.running.length - 1; i >= 0; i--) {
            const one = observer.running[i]
            if (one && !present.some(({ account }) => account === one.lease.account)) {
              one.lease.settle(ok)
              observer.running.splice(i, 1)
            }
          }
          pool.replace(present)
        }
        await clock.pass(0)
        if (violations.length > 0) throw violations[0]
        const waiting = asked.some(({ result }) => !result)
        const free = pool.status().filter(({ state, bucket }) => state !== 'dead' && bucket.nextInMs === 0)
        const anyWaits = pool.status().every(({ waiting: atDoor }) => atDoor === 0) && waiting
        if (anyWaits) expect(free, 'somebody waits beside a free account').toEqual([])
      }

      await clock.pass(MAX_WAIT_MS)
      if (violations.length > 0) throw violations[0]
      for (const { result, listeners } of asked) {
        expect(result, 'a waiter was lost').toBeDefined()
        expect(listeners.count, 'a listener was left behind').toBe(0)
      }
      expect(clock.pending, 'a timer was left behind').toBe(0)
    }),
    { numRuns: 400 },
  )
}, 60_000)

test('callers take turns: nobody is passed twice by the same one', async () => {
  const arrivals = fc.array(fc.constantFrom('x', 'y', 'z', 'w'), { minLength: 2, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(arrivals, async (callers) => {
      const { clock, lease } = poolWith(keysOf('a'), { count: 10, periodMs: 1000, burst: 0 })
      await lease({ caller: 'first' })
      const passes: number[] = []
      const left = new Map<string, number>()
      for (const caller of callers) left.set(caller, (left.get(caller) ?? 0) + 1)
      /** Since a caller was served, who else was, and how often. */
      const passedBy = new Map([...left.keys()].map((caller) => [caller, new Map<string, number>()]))
      for (const caller of callers) {
        void lease({ caller }).then((result) => {
          if (isRefusal(result)) return
          for (const [other, counts] of passedBy) {
            if (other === caller || (left.get(other) ?? 0) === 0) continue
            counts.set(caller, (counts.get(caller) ?? 0) + 1)
            passes.push(counts.get(caller) ?? 0)
          }
          left.set(caller, (left.get(caller) ?? 0) - 1)
          passedBy.get(caller)?.clear()
        })
      }
      await clock.pass(10_000)
      expect([...left.values()].every((count) => count === 0)).toBe(true)
      expect(Math.max(0, ...passes)).toBeLessThanOrEqual(1)
    }),
  )
})
