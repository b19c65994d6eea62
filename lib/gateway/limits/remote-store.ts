import type { LimitStore } from './limits.ts'
import { createMemoryStore, once } from './memory-store.ts'
import { shareOf } from './rate.ts'
import type { RemoteLimits } from './shared-store.ts'

export interface RemoteStoreOptions {
  /** Hears of each question that had no answer, and was decided here. */
  onLocal: (error: unknown) => void
  /** Keeps the function awake for this promise, when its answer has ended or its caller has left. */
  keepAwake: (promise: Promise<unknown>) => void
  /** How many instances there are, as far as anybody knows: what one may let through by itself. */
  instances?: number
}

/** A function that is gone without a word gives its slots back after this long. */
const LEASE_MS = 60_000
const BEAT_MS = 20_000

/**
 * Limits for hosts that come and go with their requests (Workers, Edge functions): nothing is connected, nothing runs
 * between two requests, and no request waits for what another one asked. Whatever `remote` does not answer is counted
 * in this instance's memory: never no limit at all. `remote` bounds its own time.
 */
export function createRemoteStore(
  remote: Pick<RemoteLimits, 'take' | 'hold' | 'keep' | 'letGo'>,
  { onLocal, keepAwake, instances = 1 }: RemoteStoreOptions,
): LimitStore {
  const local = createMemoryStore()
  const ask = <T>(question: Promise<T>): Promise<T | undefined> =>
    question.catch((error: unknown) => {
      onLocal(error)
      return undefined
    })

  return {
    take: async (key, rate) =>
      (await ask(remote.take(key, rate))) ?? local.take(key, shareOf(rate, instances)),

    async acquire(key, max) {
      const slot = crypto.randomUUID()
      const isHeld = await ask(remote.hold(key, slot, max, LEASE_MS))
      if (isHeld === undefined) return local.acquire(key, Math.max(1, Math.floor(max / instances)))
      if (!isHeld) return undefined
      const held = new Map([[key, new Set([slot])]])
      const beat = setInterval(() => void ask(remote.keep(held, LEASE_MS)), BEAT_MS)
      const isOver = Promise.withResolvers<unknown>()
      keepAwake(isOver.promise)
      return once(() => {
        clearInterval(beat)
        isOver.resolve(ask(remote.letGo(key, slot)))
      })
    },
  }
}
