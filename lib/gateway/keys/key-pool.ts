import type { Rate } from '../limits/rate.ts'
import type { Refusal } from '../refusal.ts'
import { AccountGroup } from './account-group.ts'
import { type Clock, systemClock } from './clock.ts'
import type { AccountStatus, KeyEvent } from './key-events.ts'
import type { Lease, LeaseAsk } from './lease.ts'
import type { KeySetting } from './parse-keys.ts'

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
