import { type Bucket, drainedAtMs, takeOne } from './gcra.ts'
import type { LimitStore } from './limits.ts'

interface Entry extends Bucket {
  key: string
  drainedAtMs: number
  /** Its place in the ring of all entries. */
  index: number
}

export interface MemoryStore extends LimitStore {
  /** How many buckets are remembered. */
  readonly size: number
}

/** How many entries a new key looks at: two are cleared for each that comes, so the drained ones cannot pile up. */
const LOOKED_AT = 2
/** How many are compared when one must go although none has drained. */
const COMPARED = 8

/**
 * Buckets and slots of one process. Every call touches a constant number of entries, however many there are: a hand
 * goes round the ring of entries, two steps for each new key, and forgets what has drained. At `maxKeys` the new key
 * takes the place of the one among the next eight that will drain first, so that a flood of fresh keys pushes out its
 * own kind and not a bucket that is being refused.
 *
 * The clock counts milliseconds and should not jump; `performance.now` does not.
 */
export function createMemoryStore(options: { maxKeys?: number; now?: () => number } = {}): MemoryStore {
  const { maxKeys = 100_000, now = () => performance.now() } = options
  const ring = new Ring(maxKeys)
  const slots = new Map<string, number>()

  return {
    get size() {
      return ring.size
    },

    async take(key, rate) {
      const nowMs = Math.floor(now())
      const entry = ring.get(key)
      const { decision, bucket } = takeOne(entry, rate, nowMs)
      const state = { ...bucket, drainedAtMs: drainedAtMs(bucket, rate) }
      if (entry) Object.assign(entry, state)
      else ring.add({ key, index: 0, ...state }, nowMs)
      return decision
    },

    async acquire(key, max) {
      const taken = slots.get(key) ?? 0
      if (taken >= max) return undefined
      slots.set(key, taken + 1)
      return once(() => {
        const left = (slots.get(key) ?? 1) - 1
        if (left === 0) slots.delete(key)
        else slots.set(key, left)
      })
    },
  }
}

/** Calls `act` the first time only. */
export function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}

class Ring {
  readonly #maxKeys: number
  readonly #byKey = new Map<string, Entry>()
  readonly #entries: Entry[] = []
  #hand = 0

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get size(): number {
    return this.#entries.length
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key)
  }

  add(entry: Entry, nowMs: number): void {
    for (let i = 0; i < LOOKED_AT; i++) {
      const next = this.#next()
      if (next && next.drainedAtMs <= nowMs) this.#remove(next)
    }
    if (this.size >= this.#maxKeys) this.#makeRoom()
    entry.index = this.#entries.push(entry) - 1
    this.#byKey.set(entry.key, entry)
  }

  #next(): Entry | undefined {
    this.#hand = Math.min(this.#hand, this.#entries.length) - 1
    if (this.#hand < 0) this.#hand = this.#entries.length - 1
    return this.#entries[this.#hand]
  }

  #makeRoom(): void {
    let victim = this.#next()
    for (let i = 1; i < COMPARED; i++) {
      const other = this.#next()
      if (victim && other && other.drainedAtMs < victim.drainedAtMs) victim = other
    }
    if (victim) this.#remove(victim)
  }

  /** The last entry takes the place of the removed one: the hand goes downwards and has passed it already. */
  #remove(entry: Entry): void {
    this.#byKey.delete(entry.key)
    const last = this.#entries.pop()
    if (last && last !== entry) {
      last.index = entry.index
      this.#entries[entry.index] = last
    }
  }
}
