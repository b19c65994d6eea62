import type { Verdict } from '../outcome/classify.ts'

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
