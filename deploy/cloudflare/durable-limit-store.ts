import { waitUntil } from 'cloudflare:workers'
import type { LimitStore } from '#lib/gateway/limits/limits.ts'
import { createMemoryStore, once } from '#lib/gateway/limits/memory-store.ts'
import type { LimitAnswer, LimitQuestion } from './limits-object.ts'

/** The binding of wrangler.jsonc to {@link LimitsObject}. */
export interface LimitsNamespace {
  idFromName(name: string): unknown
  get(id: unknown): { fetch(url: string, init: RequestInit): Promise<Response> }
}

/** A Worker that is gone without a word gives its slots back after this long. */
const LEASE_MS = 60_000
const BEAT_MS = 20_000
/** How long a request waits for an object before its isolate decides by itself. */
const TIMEOUT_MS = 2_000

/**
 * Limits that hold across all isolates and places, counted in Durable Objects: one for each key. When one cannot be
 * asked, this isolate counts in its own memory, and `onLocal` hears of it: never no limit at all.
 */
export function createDurableLimitStore(
  namespace: LimitsNamespace,
  onLocal: (error: unknown) => void,
): LimitStore {
  const local = createMemoryStore()

  async function ask(key: string, question: LimitQuestion): Promise<LimitAnswer | undefined> {
    try {
      const response = await namespace.get(namespace.idFromName(key)).fetch('https://limits/', {
        method: 'POST',
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!response.ok) throw new Error(`the object answered ${response.status}`)
      return (await response.json()) as LimitAnswer // the object is our own
    } catch (error) {
      onLocal(error)
      return undefined
    }
  }

  return {
    async take(key, rate) {
      const answer = await ask(key, { ask: 'take', rate })
      return answer && 'allowed' in answer ? answer : local.take(key, rate)
    },

    async acquire(key, max) {
      const slot = crypto.randomUUID()
      const answer = await ask(key, { ask: 'hold', slot, max, leaseMs: LEASE_MS })
      if (!answer || !('held' in answer)) return local.acquire(key, max)
      if (!answer.held) return undefined
      const beat = setInterval(() => void ask(key, { ask: 'keep', slot, leaseMs: LEASE_MS }), BEAT_MS)
      // A caller who leaves ends the Worker at once, unless something is still to be done: giving the slot back.
      const isOver = Promise.withResolvers<unknown>()
      waitUntil(isOver.promise)
      return once(() => {
        clearInterval(beat)
        isOver.resolve(ask(key, { ask: 'let-go', slot }))
      })
    },
  }
}
