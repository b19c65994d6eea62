import { type Bucket, takeOne } from '../limits/gcra.ts'
import type { Rate } from '../limits/rate.ts'
import type { Verdict } from '../outcome/classify.ts'
import { Health } from './health.ts'
import type { KeyEvent } from './key-events.ts'
import { maskKey } from './parse-keys.ts'
import type { HeapItem } from './slot-heap.ts'

/** A key while the pool knows it. `dead` is for good: only another secret changes it. */
export interface PoolKey {
  readonly secret: string
  readonly name: string
  dead: boolean
}

/** What a lease remembers of the account. */
export interface Ticket {
  readonly key: PoolKey
  readonly epoch: number
  /** Of the model that was asked for, if it was known to be at its limit then. */
  readonly model: { health: Health; epoch: number } | undefined
}

/** More models than this at their limits at once are not told apart: then the whole account cools. */
const MAX_LIMITED_MODELS = 64

/** One account's keys, bucket and health. It decides nothing about who is served. All times are whole milliseconds. */
export class Account implements HeapItem {
  heapIndex = -1
  readonly name: string
  /** When the next lease may be given. */
  freeAtMs = Number.NEGATIVE_INFINITY
  /** Breaks ties: the one that was leased longer ago comes first. */
  turn = 0
  running = 0

  readonly #rate: Rate | 'off'
  readonly #health = new Health()
  /** OpenAI counts by model: these are at their limit while the account serves others. */
  readonly #models = new Map<string, Health>()
  #keys: PoolKey[] = []
  #live: PoolKey[] = []
  #nextKey = 0
  #bucket: Bucket | undefined
  #leasedAtMs = Number.NEGATIVE_INFINITY

  constructor(name: string, rate: Rate | 'off') {
    this.name = name
    this.#rate = rate
  }

  get isDead(): boolean {
    return this.#live.length === 0
  }

  get isOutOfQuota(): boolean {
    return this.#health.state === 'out-of-quota'
  }

  get keys(): readonly PoolKey[] {
    return this.#keys
  }

  state(nowMs: number): 'ready' | 'cooling' | 'trial' | 'out-of-quota' | 'dead' {
    if (this.isDead) return 'dead'
    return this.#health.isOnTrial(nowMs) ? 'trial' : this.#health.state
  }

  /** How long health alone keeps it away. */
  cooldownMs(nowMs: number): number {
    return this.#health.cooldownMs(nowMs)
  }

  /** Models at their limit, and how long they are left alone. */
  limitedModels(nowMs: number): { model: string; cooldownMs: number }[] {
    return [...this.#models].map(([model, health]) => ({ model, cooldownMs: health.cooldownMs(nowMs) }))
  }

  forgetModel(model: string): void {
    this.#models.delete(model)
  }

  isLimitedFor(model: string): boolean {
    return this.#models.has(model)
  }

  /** When this model may be asked of it again, its bucket aside; long past when it is not at its limit. */
  modelFreeAtMs(model: string): number {
    return this.#models.get(model)?.notBeforeMs ?? Number.NEGATIVE_INFINITY
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
    if (hasNew && this.isOutOfQuota) this.#health.tryAt(nowMs)
    this.#reckon()
  }

  /** Gives out a key. Only when `freeAtMs` has come and the account is not dead. */
  lend(nowMs: number, turn: number, model?: string): Ticket {
    this.#nextKey = (this.#nextKey + 1) % this.#live.length
    const key = this.#live[this.#nextKey]
    if (!key) throw new RangeError('a dead account has no key to lend')
    if (this.#rate !== 'off') this.#bucket = takeOne(this.#bucket, this.#rate, nowMs).bucket
    this.#health.lend(nowMs)
    const limited = model === undefined ? undefined : this.#models.get(model)
    limited?.lend(nowMs)
    this.#leasedAtMs = nowMs
    this.turn = turn
    this.running++
    this.#reckon()
    return {
      key,
      epoch: this.#health.epoch,
      model: limited && { health: limited, epoch: limited.epoch },
    }
  }

  /** Learns how a lease ended. Returns what the operator should hear, if anything. */
  settle(ticket: Ticket, verdict: Verdict, nowMs: number, model?: string): KeyEvent | undefined {
    this.running--
    const isCurrent = ticket.epoch === this.#health.epoch
    const known = model === undefined ? undefined : this.#models.get(model)
    const isModelCurrent =
      known !== undefined && known === ticket.model?.health && known.epoch === ticket.model.epoch
    let event: Omit<KeyEvent, 'account' | 'key'> | undefined
    const limited =
      verdict.reason === 'rate-limited' && model !== undefined ? (known ?? this.#limit(model)) : undefined
    if (limited) {
      const forMs = limited.setBack('cooling', isModelCurrent, nowMs, verdict.cooldownMs)
      if (forMs !== undefined) event = { event: 'model-cooling', model, forMs }
      // The limit lies with the model: this answer says nothing about an account that was away.
      this.#health.endTrial(isCurrent, nowMs)
    } else {
      if (known) this.#learnOfModel(known, model, isModelCurrent, verdict, nowMs)
      event = this.#learn(ticket.key, isCurrent, verdict, nowMs)
    }
    this.#reckon()
    return event && { account: this.name, key: ticket.key.name, ...event }
  }

  #learnOfModel(health: Health, model = '', isCurrent: boolean, { reason }: Verdict, nowMs: number): void {
    const isServed = reason === 'answered' || reason === 'request-rejected'
    if (isServed && isCurrent) this.#models.delete(model)
    else health.endTrial(isCurrent, nowMs)
  }

  #limit(model: string): Health | undefined {
    if (this.#models.size >= MAX_LIMITED_MODELS) return undefined
    const health = new Health()
    this.#models.set(model, health)
    return health
  }

  #learn(key: PoolKey, isCurrent: boolean, { reason, cooldownMs }: Verdict, nowMs: number) {
    switch (reason) {
      case 'answered':
      case 'request-rejected':
        return isCurrent && this.#health.recover() ? { event: 'account-back' as const } : undefined
      case 'rate-limited': {
        const forMs = this.#health.setBack('cooling', isCurrent, nowMs, cooldownMs)
        return forMs === undefined ? undefined : { event: 'account-cooling' as const, forMs }
      }
      case 'out-of-quota': {
        const forMs = this.#health.setBack('out-of-quota', isCurrent, nowMs)
        return forMs === undefined ? undefined : { event: 'account-out-of-quota' as const, forMs }
      }
      case 'key-rejected':
        this.#health.endTrial(isCurrent, nowMs)
        if (key.dead || !this.#keys.includes(key)) return undefined
        key.dead = true
        this.#countLive()
        return { event: 'key-rejected' as const }
      default:
        this.#health.endTrial(isCurrent, nowMs)
        return undefined
    }
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
    this.freeAtMs = Math.max(slotMs, this.#health.notBeforeMs)
  }
}
