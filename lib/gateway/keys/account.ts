import { type Bucket, takeOne } from '../limits/gcra.ts'
import type { Rate } from '../limits/rate.ts'
import type { Verdict } from '../outcome/classify.ts'
import type { KeyEvent } from './key-pool.ts'
import { maskKey } from './parse-keys.ts'
import type { HeapItem } from './slot-heap.ts'

/** A key while the pool knows it. `dead` is for good: only another secret changes it. */
export interface PoolKey {
  readonly secret: string
  readonly name: string
  dead: boolean
}

/** What a lease remembers of the account: an answer about an earlier time than the last setback proves nothing. */
export interface Ticket {
  readonly key: PoolKey
  readonly epoch: number
}

/**
 * A first live request decides whether an account is back. Refusals for a limit come at once, before anything is
 * generated, so a trial that is still running after this long does not keep the next one waiting.
 */
const TRIAL_HOLD_MS = 2_000

/** Where upstream says nothing about how long to wait: doubling from one to the other with every failed trial. */
const COOLDOWN_MS = { first: 1_000, most: 15_000 }
const OUT_OF_QUOTA_MS = { first: 5 * 60_000, most: 60 * 60_000 }

/** One account's keys, bucket and health. It decides nothing about who is served. All times are whole milliseconds. */
export class Account implements HeapItem {
  heapIndex = -1
  readonly name: string
  /** When the next lease may be given. */
  freeAtMs = Number.NEGATIVE_INFINITY
  /** Breaks ties: the one that was leased longer ago comes first. */
  turn = 0
  running = 0
  health: 'ready' | 'cooling' | 'out-of-quota' = 'ready'

  readonly #rate: Rate | 'off'
  #keys: PoolKey[] = []
  #live: PoolKey[] = []
  #nextKey = 0
  #bucket: Bucket | undefined
  #leasedAtMs = Number.NEGATIVE_INFINITY
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #epoch = 0
  #strikes = 0
  #onTrial = false

  constructor(name: string, rate: Rate | 'off') {
    this.name = name
    this.#rate = rate
  }

  get isDead(): boolean {
    return this.#live.length === 0
  }

  get keys(): readonly PoolKey[] {
    return this.#keys
  }

  state(nowMs: number): 'ready' | 'cooling' | 'trial' | 'out-of-quota' | 'dead' {
    if (this.isDead) return 'dead'
    if (this.#onTrial || (this.health !== 'ready' && this.#notBeforeMs <= nowMs)) return 'trial'
    return this.health
  }

  /** How long health alone keeps it away. */
  cooldownMs(nowMs: number): number {
    return this.health === 'ready' ? 0 : Math.max(0, this.#notBeforeMs - nowMs)
  }

  /** How many leases the bucket would allow at once. */
  slots(nowMs: number): number {
    if (this.#rate === 'off') return Number.POSITIVE_INFINITY
    const { count, periodMs, burst } = this.#rate
    if (!this.#bucket) return burst + 1
    const { excess, lastMs } = this.#bucket
    return Math.max(0, Math.floor(burst - Math.max(-periodMs, excess - count * (nowMs - lastMs)) / periodMs))
  }

  /** Takes over another list of keys. What is known of a secret that stays is kept, and so is the bucket. */
  setKeys(secrets: readonly string[], nowMs: number): void {
    const known = new Map(this.#keys.map((key) => [key.secret, key]))
    const hasNew = secrets.some((secret) => !known.has(secret))
    this.#keys = secrets.map((secret) => known.get(secret) ?? { secret, name: maskKey(secret), dead: false })
    this.#countLive()
    // A new key is a sign that the operator did something about the money. A limit does not care.
    if (hasNew && this.health === 'out-of-quota') this.#notBeforeMs = Math.min(this.#notBeforeMs, nowMs)
    this.#reckon()
  }

  /** Gives out a key. Only when `freeAtMs` has come and the account is not dead. */
  lend(nowMs: number, turn: number): Ticket {
    this.#nextKey = (this.#nextKey + 1) % this.#live.length
    const key = this.#live[this.#nextKey]
    if (!key) throw new RangeError('a dead account has no key to lend')
    if (this.#rate !== 'off') this.#bucket = takeOne(this.#bucket, this.#rate, nowMs).bucket
    if (this.health !== 'ready') {
      this.#onTrial = true
      this.#notBeforeMs = nowMs + TRIAL_HOLD_MS
    }
    this.#leasedAtMs = nowMs
    this.turn = turn
    this.running++
    this.#reckon()
    return { key, epoch: this.#epoch }
  }

  /** Learns how a lease ended. Returns what the operator should hear, if anything. */
  settle({ key, epoch }: Ticket, verdict: Verdict, nowMs: number): KeyEvent | undefined {
    this.running--
    const event = this.#learn(key, epoch === this.#epoch, verdict, nowMs)
    this.#reckon()
    return event && { account: this.name, key: key.name, ...event }
  }

  #learn(key: PoolKey, isCurrent: boolean, { reason, cooldownMs }: Verdict, nowMs: number) {
    switch (reason) {
      case 'answered':
      case 'request-rejected':
        return isCurrent ? this.#recover() : undefined
      case 'rate-limited':
        return this.#setBack('cooling', isCurrent, nowMs, cooldownMs)
      case 'out-of-quota':
        return this.#setBack('out-of-quota', isCurrent, nowMs)
      case 'key-rejected':
        this.#endTrial(isCurrent, nowMs)
        if (key.dead || !this.#keys.includes(key)) return undefined
        key.dead = true
        this.#countLive()
        return { event: 'key-rejected' as const }
      default:
        this.#endTrial(isCurrent, nowMs)
        return undefined
    }
  }

  #recover() {
    const wasAway = this.health !== 'ready'
    this.health = 'ready'
    this.#onTrial = false
    this.#strikes = 0
    this.#notBeforeMs = Number.NEGATIVE_INFINITY
    return wasAway ? { event: 'account-back' as const } : undefined
  }

  /** Several requests that were under way together are refused together: that is one strike, not many. */
  #setBack(health: 'cooling' | 'out-of-quota', isCurrent: boolean, nowMs: number, statedMs?: number) {
    // A late answer about a limit does not bring back an account without money.
    if (health === 'cooling' && this.health === 'out-of-quota' && !isCurrent) return undefined
    const isNews = health !== this.health
    if (isCurrent || isNews) {
      this.#strikes = isNews ? 1 : this.#strikes + 1
      this.#epoch++
    }
    const { first, most } = health === 'cooling' ? COOLDOWN_MS : OUT_OF_QUOTA_MS
    const forMs = statedMs ?? Math.min(most, first * 2 ** Math.min(this.#strikes - 1, MAX_DOUBLINGS))
    this.health = health
    this.#notBeforeMs = this.#onTrial ? nowMs + forMs : Math.max(this.#notBeforeMs, nowMs + forMs)
    this.#onTrial = false
    if (!isCurrent && !isNews) return undefined
    return health === 'cooling'
      ? { event: 'account-cooling' as const, forMs }
      : { event: 'account-out-of-quota' as const, forMs }
  }

  /** The trial said nothing about the account: the next request is another. */
  #endTrial(isCurrent: boolean, nowMs: number): void {
    if (!isCurrent || !this.#onTrial) return
    this.#onTrial = false
    this.#notBeforeMs = nowMs
  }

  #countLive(): void {
    this.#live = this.#keys.filter((key) => !key.dead)
  }

  /** The bucket's formula is that of `takeOne`, solved for the time at which it allows one more. */
  #reckon(): void {
    let slotMs = this.#leasedAtMs
    if (this.#rate !== 'off' && this.#bucket) {
      const { count, periodMs, burst } = this.#rate
      slotMs = this.#bucket.lastMs + Math.ceil((this.#bucket.excess + periodMs - burst * periodMs) / count)
    }
    this.freeAtMs = Math.max(slotMs, this.#notBeforeMs)
  }
}

/** Far above either maximum; keeps the power finite. */
const MAX_DOUBLINGS = 20
