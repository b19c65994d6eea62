import type { Rate } from '../limits/rate.ts'
import type { Verdict } from '../outcome/classify.ts'
import type { Refusal } from '../refusal.ts'
import { AccountGroup } from './account-group.ts'
import { type Clock, systemClock } from './clock.ts'
import type { KeySetting } from './parse-keys.ts'

/** A request for a key. */
export interface LeaseAsk {
  /** Where the request goes: the key is given for this origin and no other. */
  upstream: { name: string; origin: string }
  /** Who is calling: callers take turns. */
  caller: string
  /** The account that made the object asked for. One that the pool does not know is no wish at all. */
  account?: string
  /** The model asked for, if it is known: an account that is at its limit for it is passed over. */
  model?: string
  /** Accounts that were tried already. A request with this never waits: another account is free now, or none is. */
  exclude?: readonly string[]
  /** How long the caller may wait for a slot; 10 s if not given, which is also the most. */
  maxWaitMs?: number
  signal?: AbortSignal
}

/** A key for one request. Keys replaced meanwhile do not change it. */
export interface Lease {
  /** For the log and for stored objects; empty for an upstream that needs no key. */
  readonly account: string
  /** The secret, for the origin it was leased for; undefined where none is needed. Throws a TypeError for another. */
  keyFor(origin: string): string | undefined
  /**
   * Says how it ended: once, as soon as that is known (upstream's head, or the failure). Later calls change nothing.
   * With the model that was asked for a limit is that model's, else the whole account's.
   */
  settle(verdict: Verdict, model?: string): void
}

/** Something the operator should hear. Never a key. */
export interface KeyEvent {
  event: 'key-rejected' | 'account-out-of-quota' | 'account-cooling' | 'account-back' | 'model-cooling'
  account: string
  /** Masked. */
  key: string
  /** The only one that is left alone. */
  model?: string | undefined
  /** How long the account, or the model, is left alone. */
  forMs?: number
}

/** An account as the operator sees it. Never a key. */
export interface AccountStatus {
  account: string
  /** The only upstream its keys are for, if they are for one only. */
  upstream?: string
  /** `trial`: a live request decides, or is awaited, to decide whether the account is back. */
  state: 'ready' | 'cooling' | 'trial' | 'out-of-quota' | 'dead'
  /** What is left of the cooldown, or of the time out of service. */
  cooldownMs: number
  /** Models at their limit while the account serves others. */
  limitedModels: { model: string; cooldownMs: number }[]
  /** `slots`: leases that the bucket allows at once; null without KEY_RATE. `nextInMs`: until the next lease may be given. */
  bucket: { slots: number | null; nextInMs: number }
  /** Leases that are not settled. */
  running: number
  /** Requests waiting for this very account. */
  waiting: number
  keys: { name: string; state: 'live' | 'dead' }[]
}

export interface KeyPoolSettings {
  keys: readonly KeySetting[]
  /** Of each account. */
  rate: Rate | 'off'
}

export interface KeyPoolHost {
  tell(event: KeyEvent): void
  clock?: Clock
}

/**
 * All keys of the site. An upstream that has keys of its own (`account@upstream:key`) gets those and no others; all
 * other upstreams share the keys that are bound to none. An upstream for which there were never any needs none.
 */
export interface KeyPool {
  /** Some model is at its limit somewhere, so `LeaseAsk.model` makes a difference. */
  readonly limitsModels: boolean
  /** A key of the account with the earliest free slot, or the refusal to answer with. Never rejects. */
  lease(ask: LeaseAsk): Promise<Lease | Refusal>
  /** Takes over other keys; running leases keep theirs, and what is known of unchanged keys and accounts stays. */
  replace(keys: readonly KeySetting[]): void
  /** The only upstream that this account's keys may be sent to; undefined when it is free to choose, or unknown. */
  upstreamOf(account: string): string | undefined
  status(): AccountStatus[]
}

/** Builds the pool. Nothing here reads a body or the environment. */
export function createKeyPool({ keys, rate }: KeyPoolSettings, host: KeyPoolHost): KeyPool {
  const clock = host.clock ?? systemClock
  const groups = new Map<string, AccountGroup>()
  let homes = new Map<string, string>()

  const replace = (settings: readonly KeySetting[]) => {
    const byGroup = Map.groupBy(settings, ({ upstream }) => upstream ?? SHARED)
    for (const name of byGroup.keys()) {
      if (!groups.has(name)) groups.set(name, new AccountGroup({ rate, clock, tell: host.tell }))
    }
    // A group whose keys are all gone stays: to send its requests without a key would be no better than to refuse them.
    for (const [name, group] of groups) group.replace(byGroup.get(name) ?? [])
    homes = new Map(settings.flatMap(({ account, upstream }) => (upstream ? [[account, upstream]] : [])))
  }
  replace(keys)

  return {
    get limitsModels() {
      return [...groups.values()].some((group) => group.limitsModels)
    },
    replace,
    async lease(ask) {
      const group = groups.get(ask.upstream.name) ?? groups.get(SHARED)
      return group ? group.lease(ask) : NO_KEY_NEEDED
    },
    upstreamOf: (account) => homes.get(account),
    status: () =>
      [...groups].flatMap(([name, group]) =>
        group.status().map((account) => (name === SHARED ? account : { ...account, upstream: name })),
      ),
  }
}

/** No upstream is called so. */
const SHARED = ''

const NO_KEY_NEEDED: Lease = { account: '', keyFor: () => undefined, settle() {} }
