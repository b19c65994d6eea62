import type { RemoteLimits } from '#lib/gateway/limits/shared-store.ts'
import type { LimitAnswer, LimitQuestion } from './limits-object.ts'

/** The binding of wrangler.jsonc to the class `LimitsObject`. */
export interface LimitsNamespace {
  idFromName(name: string): unknown
  get(id: unknown): { fetch(url: string, init: RequestInit): Promise<Response> }
}

/** How long a request waits for an object before its isolate decides by itself. */
const TIMEOUT_MS = 2_000

/** Limits that hold across all isolates and places: one Durable Object for each key. */
export function createDurableLimits(
  namespace: LimitsNamespace,
): Pick<RemoteLimits, 'take' | 'hold' | 'keep' | 'letGo'> {
  async function ask(key: string, question: LimitQuestion): Promise<LimitAnswer> {
    const response = await namespace.get(namespace.idFromName(key)).fetch('https://limits/', {
      method: 'POST',
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`the object answered ${response.status}`)
    return (await response.json()) as LimitAnswer // the object is our own
  }

  return {
    async take(key, rate) {
      const answer = await ask(key, { ask: 'take', rate })
      if ('allowed' in answer) return answer
      throw new TypeError('the object answered another question')
    },
    async hold(key, slot, max, leaseMs) {
      const answer = await ask(key, { ask: 'hold', slot, max, leaseMs })
      return 'held' in answer && answer.held
    },
    async keep(slots, leaseMs) {
      for (const [key, held] of slots) for (const slot of held) await ask(key, { ask: 'keep', slot, leaseMs })
    },
    async letGo(key, slot) {
      await ask(key, { ask: 'let-go', slot })
    },
  }
}
