import type { KeyEvent } from '#lib/gateway/keys/key-events.ts'
import { createKeyPool } from '#lib/gateway/keys/key-pool.ts'
import type { Lease, LeaseAsk } from '#lib/gateway/keys/lease.ts'
import type { KeySetting } from '#lib/gateway/keys/parse-keys.ts'
import type { Rate } from '#lib/gateway/limits/rate.ts'
import type { Verdict } from '#lib/gateway/outcome/classify.ts'
import { isRefusal, type Refusal } from '#lib/gateway/refusal.ts'
import { VirtualClock } from './virtual-clock.ts'

export const UPSTREAM = { name: 'openai', origin: 'https://api.openai.com' }
export const THREE_A_SECOND: Rate = { count: 3, periodMs: 1000, burst: 0 }

export const ok: Verdict = { reason: 'answered', charge: 'nobody', retry: 'never' }
export const rejected: Verdict = { reason: 'key-rejected', charge: 'key', retry: 'other-account' }
export const forbidden: Verdict = { reason: 'not-permitted', charge: 'nobody', retry: 'other-account' }
export const noMoney: Verdict = { reason: 'out-of-quota', charge: 'account', retry: 'other-account' }
export const failed: Verdict = { reason: 'upstream-failed', charge: 'upstream', retry: 'ambiguous' }
export const limited = (cooldownMs?: number): Verdict => ({
  reason: 'rate-limited',
  charge: 'account',
  retry: 'other-account',
  ...(cooldownMs !== undefined && { cooldownMs }),
})

/** `one:first` → the account `one` with a key that can be recognised. */
export function keysOf(...names: string[]): KeySetting[] {
  return names.map((name) => {
    const [account = '', key = 'key'] = name.split(':')
    return { account, secret: secretOf(account, key) }
  })
}

export const secretOf = (account: string, key = 'key') => `sk-secret-${account}-${key}-0123456789`

/** A pool in virtual time, and what it told the operator. */
export function poolWith(keys: readonly KeySetting[], rate: Rate | 'off' = 'off') {
  const clock = new VirtualClock()
  const told: KeyEvent[] = []
  const pool = createKeyPool({ keys, rate }, { clock, tell: (event) => told.push(event) })
  const lease = (ask: Partial<LeaseAsk> = {}) => pool.lease({ upstream: UPSTREAM, caller: 'me', ...ask })
  return { clock, told, pool, lease }
}

export function granted(result: Lease | Refusal): Lease {
  if (isRefusal(result)) throw new Error(`refused: ${result.code}`)
  return result
}

export function refused(result: Lease | Refusal): Refusal {
  if (!isRefusal(result)) throw new Error(`granted: ${result.account}`)
  return result
}
