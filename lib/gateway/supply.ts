import type { GatewaySettings, SupplySettings } from './gateway-settings.ts'
import type { AccountStatus, KeyEvent } from './keys/key-events.ts'
import { createKeyPool, type KeyPool } from './keys/key-pool.ts'
import { createLoneKey } from './keys/lone-key.ts'
import type { KeySetting } from './keys/parse-keys.ts'
import { createStoredObjects, type ObjectArchive, type StoredObjects } from './keys/stored-objects.ts'
import type { Rate } from './limits/rate.ts'
import { createRetryRule, type RetryRule } from './outcome/retry-rule.ts'
import type { FallbackModels } from './upstreams/fallback-models.ts'
import type { UpstreamAddress } from './upstreams/parse-upstreams.ts'
import { createUpstreams, type UpstreamStatus, type Upstreams } from './upstreams/upstreams.ts'

/** What requests are sent with: upstreams, keys, and the rule for sending one again. */
export interface Supply {
  readonly upstreams: Upstreams
  readonly pool: KeyPool
  readonly retries: RetryRule
  readonly objects: StoredObjects
  readonly fallbackModels: FallbackModels
  /** Callers without a key of their own are refused. */
  readonly needsKeys: boolean
  /** Some keys are for one upstream only, so upstreams differ in what they can be asked with. */
  readonly hasBoundKeys: boolean
  /** Accounts are left alone when upstream says so. */
  readonly coolsAccounts: boolean
  /** More than one account: stored objects have to be followed. */
  readonly hasAccounts: boolean
  /** A request may be sent a second time, to another place. */
  readonly hasChoice: boolean
  /** Sent along to this upstream, for it may be a relay. */
  secretFor(upstream: UpstreamAddress): string | undefined
  /** Takes over other keys and upstreams. Requests that run are not disturbed. */
  replace(settings: SupplySettings): void
  status(): SupplyStatus
}

export interface SupplyStatus {
  upstreams: UpstreamStatus[]
  accounts: AccountStatus[]
}

/** Builds the supply. `tell` hears of keys and accounts that come and go; `archive` remembers who made stored objects. */
export function createSupply(
  settings: GatewaySettings,
  tell: (event: KeyEvent) => void,
  archive?: ObjectArchive,
): Supply {
  return new LiveSupply(settings, tell, createStoredObjects({ archive }))
}

class LiveSupply implements Supply {
  readonly upstreams: Upstreams
  pool: KeyPool
  readonly retries: RetryRule
  readonly objects: StoredObjects
  readonly fallbackModels: FallbackModels
  readonly #tell: (event: KeyEvent) => void
  readonly #rate: Rate | 'off'
  /** The pool for all cases but a lone key's; it keeps what it knows while one takes its place. */
  readonly #shared: KeyPool
  readonly #requiresKey: boolean
  #lone: { key: KeySetting; pool: KeyPool } | undefined
  readonly #relaySecret: string | undefined
  #accounts = 0
  #upstreams = 0
  needsKeys = false
  hasBoundKeys = false

  constructor(settings: GatewaySettings, tell: (event: KeyEvent) => void, objects: StoredObjects) {
    this.objects = objects
    this.upstreams = createUpstreams([])
    this.#tell = tell
    this.#rate = settings.keyRate ?? 'off'
    this.#shared = createKeyPool({ keys: [], rate: this.#rate }, { tell })
    this.pool = this.#shared
    this.retries = createRetryRule({ ambiguous: settings.retryAmbiguous ?? false })
    this.fallbackModels = settings.fallbackModels ?? new Map()
    this.#requiresKey = settings.requiresKey ?? false
    this.#relaySecret = settings.relaySecret
    this.replace(settings)
  }

  get coolsAccounts(): boolean {
    return this.#accounts > 0 && this.pool === this.#shared
  }

  get hasAccounts(): boolean {
    return this.#accounts > 1
  }

  get hasChoice(): boolean {
    return this.#accounts > 1 || this.#upstreams > 1
  }

  secretFor({ origin }: UpstreamAddress): string | undefined {
    if (this.#relaySecret === undefined) return undefined
    return /[./]openai\.com(?::\d+)?$/i.test(origin) ? undefined : this.#relaySecret
  }

  replace({ upstreams, keys }: SupplySettings): void {
    this.upstreams.replace(upstreams)
    this.#shared.replace(keys)
    this.pool = this.#poolFor(keys)
    this.#accounts = new Set(keys.map(({ account }) => account)).size
    this.#upstreams = upstreams.length
    this.hasBoundKeys = keys.some(({ upstream }) => upstream !== undefined)
    this.needsKeys = this.#requiresKey && keys.length === 0
  }

  #poolFor(keys: readonly KeySetting[]): KeyPool {
    const [key, ...more] = keys
    const isLone = key && more.length === 0 && key.upstream === undefined && this.#rate === 'off'
    if (!isLone) return this.#shared
    if (this.#lone?.key.secret !== key.secret) {
      this.#lone = { key, pool: createLoneKey(key, { tell: this.#tell }) }
    }
    return this.#lone.pool
  }

  status(): SupplyStatus {
    return { upstreams: this.upstreams.status(), accounts: this.pool.status() }
  }
}
