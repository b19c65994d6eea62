/**
 * A first live request decides whether what was refused is served again. Refusals for a limit come at once, before
 * anything is generated, so a trial that is still running after this long does not keep the next one waiting.
 */
const TRIAL_HOLD_MS = 2_000

/** Where upstream says nothing about how long to wait: doubling from one to the other with every failed trial. */
const PACES = {
  cooling: { firstMs: 1_000, mostMs: 15_000 },
  'out-of-quota': { firstMs: 5 * 60_000, mostMs: 60 * 60_000 },
} as const

/** Far above either maximum; keeps the power finite. */
const MAX_DOUBLINGS = 20

export type Setback = keyof typeof PACES

/**
 * Whether upstream serves something (an account, or one model of it), and since when it does not. All times are whole
 * milliseconds. A request remembers the `epoch` it was sent in: an answer from before the last setback proves nothing.
 */
export class Health {
  state: 'ready' | Setback = 'ready'
  /** No request before this time; long past while all is well. */
  notBeforeMs = Number.NEGATIVE_INFINITY
  epoch = 0
  #strikes = 0
  #onTrial = false

  /** A live request decides, or will. */
  isOnTrial(nowMs: number): boolean {
    return this.#onTrial || (this.state !== 'ready' && this.notBeforeMs <= nowMs)
  }

  cooldownMs(nowMs: number): number {
    return this.state === 'ready' ? 0 : Math.max(0, this.notBeforeMs - nowMs)
  }

  /** A request goes out: the trial, unless all is well. */
  lend(nowMs: number): void {
    if (this.state === 'ready') return
    this.#onTrial = true
    this.notBeforeMs = nowMs + TRIAL_HOLD_MS
  }

  /** Returns whether that is news. */
  recover(): boolean {
    const wasAway = this.state !== 'ready'
    this.state = 'ready'
    this.#onTrial = false
    this.#strikes = 0
    this.notBeforeMs = Number.NEGATIVE_INFINITY
    return wasAway
  }

  /**
   * Returns for how long it is left alone, if that is news. Several requests that were under way together are refused
   * together: that is one strike, not many.
   */
  setBack(state: Setback, isCurrent: boolean, nowMs: number, statedMs?: number): number | undefined {
    // A late answer about a limit does not bring back an account without money.
    if (state === 'cooling' && this.state === 'out-of-quota' && !isCurrent) return undefined
    const isNews = state !== this.state
    if (isCurrent || isNews) {
      this.#strikes = isNews ? 1 : this.#strikes + 1
      this.epoch++
    }
    const { firstMs, mostMs } = PACES[state]
    const forMs = statedMs ?? Math.min(mostMs, firstMs * 2 ** Math.min(this.#strikes - 1, MAX_DOUBLINGS))
    this.state = state
    this.notBeforeMs = this.#onTrial ? nowMs + forMs : Math.max(this.notBeforeMs, nowMs + forMs)
    this.#onTrial = false
    return isCurrent || isNews ? forMs : undefined
  }

  /** The trial said nothing about it: the next request is another. */
  endTrial(isCurrent: boolean, nowMs: number): void {
    if (!isCurrent || !this.#onTrial) return
    this.#onTrial = false
    this.notBeforeMs = nowMs
  }

  /** Something happened that may have ended it: the next request may try. */
  tryAt(nowMs: number): void {
    this.notBeforeMs = Math.min(this.notBeforeMs, nowMs)
  }
}
