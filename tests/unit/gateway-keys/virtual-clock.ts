import type { Clock } from '#lib/gateway/keys/clock.ts'

/** Time that passes only when a test says so. `pending` are the timers nobody took back. */
export class VirtualClock implements Clock {
  #nowMs = 0
  #order = 0
  readonly #timers = new Map<number, { atMs: number; run: () => void }>()

  now = (): number => this.#nowMs

  after = (delayMs: number, run: () => void): (() => void) => {
    const id = ++this.#order
    this.#timers.set(id, { atMs: this.#nowMs + Math.max(0, delayMs), run })
    return () => this.#timers.delete(id)
  }

  get pending(): number {
    return this.#timers.size
  }

  /** Lets time pass, timer by timer, with everything that hangs on each having happened before the next. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settled()
    for (let due = this.#firstUntil(endMs); due; due = this.#firstUntil(endMs)) {
      this.#timers.delete(due.id)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.run()
      await settled()
    }
    this.#nowMs = endMs
  }

  #firstUntil(endMs: number) {
    let first: { id: number; atMs: number; run: () => void } | undefined
    for (const [id, timer] of this.#timers) {
      if (timer.atMs <= endMs && (!first || timer.atMs < first.atMs)) first = { id, ...timer }
    }
    return first
  }
}

/** Everything that was waiting for a promise has gone on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}
