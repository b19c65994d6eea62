import type { Account } from './account.ts'

/** More models than this are swept for those that nobody asks for any more. */
const MANY_MODELS = 64
const FORGET_MS = 10 * 60_000

/** Which accounts of a group are at their limit for which models. Costs grow with those, not with all accounts. */
export class LimitedModels {
  readonly #accounts = new Map<string, Set<Account>>()

  get size(): number {
    return this.#accounts.size
  }

  has(model: string): boolean {
    return this.#accounts.has(model)
  }

  /** After an account has learned something about a model. */
  update(model: string, account: Account, nowMs: number): void {
    const accounts = this.#accounts.get(model)
    if (account.isLimitedFor(model)) {
      if (accounts) accounts.add(account)
      else this.#accounts.set(model, new Set([account]))
      if (this.#accounts.size > MANY_MODELS) this.#sweep(nowMs)
    } else if (accounts?.delete(account) && accounts.size === 0) this.#accounts.delete(model)
  }

  /** The account that is the first to take this model again, of those that are at their limit for it, and when. */
  firstBack(model: string): { account: Account; atMs: number } | undefined {
    let first: { account: Account; atMs: number } | undefined
    for (const account of this.#accounts.get(model) ?? []) {
      const atMs = Math.max(account.freeAtMs, account.modelFreeAtMs(model))
      if (!account.isDead && (!first || atMs < first.atMs)) first = { account, atMs }
    }
    return first
  }

  /** An account that is gone. */
  dismiss(account: Account): void {
    for (const [model, accounts] of this.#accounts) {
      if (accounts.delete(account) && accounts.size === 0) this.#accounts.delete(model)
    }
  }

  #sweep(nowMs: number): void {
    for (const [model, accounts] of this.#accounts) {
      const isOver = [...accounts].every((account) => account.modelFreeAtMs(model) < nowMs - FORGET_MS)
      if (!isOver) continue
      for (const account of accounts) account.forgetModel(model)
      this.#accounts.delete(model)
    }
  }
}
