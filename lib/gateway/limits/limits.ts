import type { Refusal } from '../refusal.ts'
import type { Decision } from './gcra.ts'
import { ALLOWED } from './gcra.ts'
import { tooManyStreams } from './limit-refusal.ts'
import type { Rate } from './rate.ts'

/** Gives a slot back. Only the first call counts. */
export type Release = () => void

/** Where buckets and slots are kept. Neither method rejects: a store that cannot be asked decides by itself. */
export interface LimitStore {
  take(key: string, rate: Rate): Promise<Decision>
  /** One of `max` slots of this key, or undefined when all are taken. */
  acquire(key: string, max: number): Promise<Release | undefined>
}

export interface Limits {
  /** One request of `key`. Each rate has a bucket of its own, so a changed setting starts afresh. */
  take(key: string, rate: Rate | 'off'): Promise<Decision>
  streams: {
    /** A slot for one running stream of `caller`, or the refusal to answer with. */
    acquire(caller: string, max: number | 'off'): Promise<Release | Refusal>
  }
}

/** Rates and concurrent streams over a store. Never rejects. */
export function createLimits(store: LimitStore): Limits {
  return {
    async take(key, rate) {
      if (rate === 'off') return ALLOWED
      return store.take(`${rate.count}/${rate.periodMs}:${key}`, rate)
    },
    streams: {
      async acquire(caller, max) {
        if (max === 'off') return NOTHING_TO_RELEASE
        return (await store.acquire(caller, max)) ?? tooManyStreams(max)
      },
    },
  }
}

const NOTHING_TO_RELEASE: Release = () => {}
