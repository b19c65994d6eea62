import { codeOf } from '../upstream-failure.ts'
import type { Decision } from './gcra.ts'
import type { LimitStore, Release } from './limits.ts'
import { createMemoryStore, once } from './memory-store.ts'
import { type Rate, shareOf } from './rate.ts'

/** What all instances share. Every method is one round trip, and may reject or never answer. */
export interface RemoteLimits {
  take(key: string, rate: Rate): Promise<Decision>
  /** Takes one of `max` slots for `leaseMs`, if one is free. */
  hold(key: string, slot: string, max: number, leaseMs: number): Promise<boolean>
  /** Holds these slots for another `leaseMs`, whether or not they are still known. */
  keep(slots: ReadonlyMap<string, ReadonlySet<string>>, leaseMs: number): Promise<void>
  letGo(key: string, slot: string): Promise<void>
  /** Says for `leaseMs` that this instance is there. Resolves to how many are. */
  present(instance: string, leaseMs: number): Promise<number>
  /** Drops a connection that may be dead; the next call makes a new one. */
  disconnect(): void
}

/** `limits_local` when the instance goes its own way, `limits_shared` when it is back. `count` is of instances. */
export type LimitsLog = (
  level: 'info' | 'warn',
  event: 'limits_local' | 'limits_shared',
  fields: { code?: string; count: number },
) => void

export interface SharedStoreOptions {
  log: LimitsLog
  /** How many instances there are; undefined means as many as were last seen. */
  instances?: number
  /** How long a request waits for the shared store before this instance decides by itself. */
  timeoutMs?: number
  /** A monotonic clock in milliseconds; only for what this instance decides by itself. */
  now?: () => number
}

export interface SharedStore extends LimitStore {
  /** Stops keeping what is held. Slots of this instance return when their lease ends. */
  close(): void
}

const BEAT_MS = 5000
/** While the shared store is away. */
const RETRY_MS = 1000
/** Nobody waits for a beat, so it may take as long as a connection over TLS to another region. */
const BEAT_TIMEOUT_MS = 2000
/** Four beats: one or two may be lost before anybody takes this instance or its streams for gone. */
const LEASE_MS = 20_000

/**
 * Limits that all instances keep together, and each by itself when the shared store is away: then an instance lets
 * through its share, the rate divided by the number of instances, and never more. It starts with the first request,
 * asks the shared store once per decision, and finds its own way back: a beat in the background says that the
 * instance lives, keeps the leases of its running streams, and tries again while the store is away.
 */
export function createSharedStore(remote: RemoteLimits, options: SharedStoreOptions): SharedStore {
  return new InstanceStore(remote, options)
}

class InstanceStore implements SharedStore {
  readonly #remote: RemoteLimits
  readonly #log: LimitsLog
  readonly #timeoutMs: number
  readonly #configuredInstances: number | undefined
  readonly #local: LimitStore
  readonly #id = crypto.randomUUID()

  #mode: 'idle' | 'starting' | 'shared' | 'local' | 'closed' = 'idle'
  #seenInstances = 1
  #held = new Map<string, Set<string>>()
  #lastSlot = 0
  /** Resolves when the shared store was reached for the first time, or when that takes too long to wait for. */
  #started = Promise.resolve()
  #beating = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(remote: RemoteLimits, { log, instances, timeoutMs = 100, now }: SharedStoreOptions) {
    this.#remote = remote
    this.#log = log
    this.#timeoutMs = timeoutMs
    this.#configuredInstances = instances
    this.#local = createMemoryStore(now && { now })
  }

  async take(key: string, rate: Rate): Promise<Decision> {
    const decision = await this.#ask(() => this.#remote.take(key, rate))
    return decision ?? this.#local.take(key, shareOf(rate, this.#instances))
  }

  async acquire(key: string, max: number): Promise<Release | undefined> {
    this.#lastSlot += 1
    const slot = `${this.#id}:${this.#lastSlot}`
    const granted = await this.#ask(() => this.#remote.hold(key, slot, max, LEASE_MS))
    // One slot at least: a caller is slowed down by an outage of ours, not locked out.
    const share = Math.max(1, Math.floor(max / this.#instances))
    if (!(granted ?? (this.#held.get(key)?.size ?? 0) < share)) return undefined
    const slots = this.#held.get(key) ?? new Set()
    this.#held.set(key, slots.add(slot))
    return once(() => this.#release(key, slot))
  }

  close(): void {
    this.#mode = 'closed'
    clearTimeout(this.#timer)
    this.#remote.disconnect()
  }

  get #instances(): number {
    return this.#configuredInstances ?? this.#seenInstances
  }

  #release(key: string, slot: string): void {
    const slots = this.#held.get(key)
    slots?.delete(slot)
    if (slots?.size === 0) this.#held.delete(key)
    // What cannot be told to the shared store now, it sees when the lease ends.
    void this.#ask(() => this.#remote.letGo(key, slot))
  }

  /** The shared store's answer, or undefined when it has none in time. Never rejects. */
  async #ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#mode === 'idle') this.#start()
    if (this.#mode === 'starting') await this.#started
    if (this.#mode !== 'shared') return undefined
    try {
      return await within(question(), this.#timeoutMs)
    } catch (error) {
      this.#turnLocal(error)
      return undefined
    }
  }

  #start(): void {
    this.#mode = 'starting'
    this.#started = within(this.#beat(), this.#timeoutMs).catch(() => {})
  }

  async #beat(): Promise<void> {
    this.#beating = true
    try {
      const instances = await within(this.#remote.present(this.#id, LEASE_MS), BEAT_TIMEOUT_MS)
      await within(this.#remote.keep(this.#held, LEASE_MS), BEAT_TIMEOUT_MS)
      this.#turnShared(instances)
    } catch (error) {
      if (this.#mode !== 'closed') this.#remote.disconnect()
      this.#turnLocal(error)
    }
    this.#beating = false
    this.#beatAgain()
  }

  #beatAgain(): void {
    if (this.#beating || this.#mode === 'closed') return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#beat(), this.#mode === 'shared' ? BEAT_MS : RETRY_MS)
  }

  #turnShared(instances: number): void {
    if (this.#mode === 'closed') return
    this.#seenInstances = Math.max(1, instances)
    if (this.#mode === 'local') this.#log('info', 'limits_shared', { count: this.#instances })
    this.#mode = 'shared'
  }

  #turnLocal(error: unknown): void {
    if (this.#mode === 'closed' || this.#mode === 'local') return
    this.#mode = 'local'
    this.#log('warn', 'limits_local', { code: codeOf(error), count: this.#instances })
    this.#beatAgain()
  }
}

class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT'
}

/** The answer, or a rejection after `timeoutMs`; an answer that comes later is nobody's any more. */
async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError('no answer in time')), timeoutMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
