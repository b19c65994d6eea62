/** Time as the pool sees it. Tests bring their own. */
export interface Clock {
  /** Milliseconds from any beginning; never goes back. */
  now(): number
  /** Calls `run` once after `delayMs`. What it returns takes the call back. */
  after(delayMs: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
