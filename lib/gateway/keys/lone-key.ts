import type { Reason, Verdict } from '../outcome/classify.ts'
import { type Clock, systemClock } from './clock.ts'
import type { AccountStatus, KeyEvent } from './key-events.ts'
import type { KeyPool, KeyPoolHost } from './key-pool.ts'
import type { Lease } from './lease.ts'
import { type KeySetting, maskKey } from './parse-keys.ts'

/**
 * The only key of a site, without a rate of its own: there is nothing to choose, so every request gets it, and what
 * upstream says about it is what callers hear. Its health is only watched.
 */
export function createLoneKey(key: KeySetting, host: KeyPoolHost): KeyPool {
  const watched = new WatchedKey(key, host)
  return {
    limitsModels: false,
    lease: async () => watched.lend(),
    replace() {
      throw new TypeError('a lone key is replaced as a whole')
    },
    upstreamOf: () => undefined,
    status: () => [watched.status()],
  }
}

type State = 'ready' | 'cooling' | 'out-of-quota' | 'dead'

const STATES: Partial<Record<Reason, State>> = {
  answered: 'ready',
  'request-rejected': 'ready',
  'rate-limited': 'cooling',
  'out-of-quota': 'out-of-quota',
  'key-rejected': 'dead',
}

const EVENTS = {
  ready: 'account-back',
  cooling: 'account-cooling',
  'out-of-quota': 'account-out-of-quota',
  dead: 'key-rejected',
} as const satisfies Record<State, KeyEvent['event']>

class WatchedKey {
  readonly #key: KeySetting
  readonly #tell: (event: KeyEvent) => void
  readonly #clock: Clock
  #state: State = 'ready'
  #coolUntilMs = 0
  #running = 0

  constructor(key: KeySetting, { tell, clock = systemClock }: KeyPoolHost) {
    this.#key = key
    this.#tell = tell
    this.#clock = clock
  }

  lend(): Lease {
    this.#running++
    return new LoneLease(this.#key, this)
  }

  settle({ reason, cooldownMs = 0 }: Verdict): void {
    this.#running--
    const state = STATES[reason]
    if (state === 'cooling') this.#coolUntilMs = this.#clock.now() + cooldownMs
    if (state === undefined || state === this.#state) return
    this.#state = state
    const forMs = state === 'cooling' ? { forMs: cooldownMs } : {}
    this.#tell({ event: EVENTS[state], account: this.#key.account, key: maskKey(this.#key.secret), ...forMs })
  }

  status(): AccountStatus {
    const cooldownMs = this.#state === 'cooling' ? Math.max(0, this.#coolUntilMs - this.#clock.now()) : 0
    return {
      account: this.#key.account,
      state: this.#state === 'cooling' && cooldownMs === 0 ? 'ready' : this.#state,
      cooldownMs,
      limitedModels: [],
      bucket: { slots: null, nextInMs: 0 },
      running: this.#running,
      waiting: 0,
      keys: [{ name: maskKey(this.#key.secret), state: this.#state === 'dead' ? 'dead' : 'live' }],
    }
  }
}

class LoneLease implements Lease {
  readonly #key: KeySetting
  readonly #watched: WatchedKey
  #isSettled = false

  constructor(key: KeySetting, watched: WatchedKey) {
    this.#key = key
    this.#watched = watched
  }

  get account(): string {
    return this.#key.account
  }

  /** The key is for every upstream of the site, as the operator set it. */
  keyFor(): string {
    return this.#key.secret
  }

  settle(verdict: Verdict): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#watched.settle(verdict)
  }
}
