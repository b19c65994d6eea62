import { LatencyWindow, type WindowSummary } from './latency-window.ts'

/** How fast old observations lose their weight. */
const LATENCY_HALF_LIFE_MS = 10_000
const ERROR_HALF_LIFE_MS = 10_000
/** An upstream that nobody asks is thought a little faster each moment, so that it is asked again some time. */
const CURIOSITY_HALF_LIFE_MS = 15_000
/** What is thought of an upstream while its very first answer is awaited. */
const PRIOR_MS = 1_000
/** What a failed request costs its caller, in latency's currency. */
const FAILURE_COST_MS = 5_000

const EJECT_AFTER_IN_A_ROW = 5
const EJECT_AT_ERROR_RATE = 0.5
const EJECT_AT_LEAST_REQUESTS = 10
/** Doubling from one to the other with every failed return; short enough to be back soon after a storm. */
const EJECTION_MS = { first: 5_000, most: 20_000 }
/** A trial that has not ended after this long does not keep the next one waiting. */
const TRIAL_HOLD_MS = 5_000
/** The way back: from this share of its turns to all of them, in this time. */
const RETURN_MS = 15_000
const RETURN_FROM = 0.1

export type UpstreamState = 'in' | 'ejected' | 'trial' | 'returning'

/** What is known of one upstream. Every operation costs the same whatever happened before. */
export class UpstreamHealth {
  readonly #window = new LatencyWindow()
  #latencyMs: number | undefined
  #latencyAtMs = 0
  /** Decayed counts: their ratio is the error rate of the last seconds. */
  #recent = { requests: 0, failures: 0, atMs: 0 }
  #failedInARow = 0
  #askedAtMs = Number.NEGATIVE_INFINITY
  #ejections = 0
  #ejectedUntilMs: number | undefined
  #trialAtMs = Number.NEGATIVE_INFINITY
  #returnedAtMs = Number.NEGATIVE_INFINITY

  /** A request goes there. */
  ask(nowMs: number): void {
    this.#askedAtMs = nowMs
    if (this.#ejectedUntilMs !== undefined && this.#ejectedUntilMs <= nowMs) this.#trialAtMs = nowMs
  }

  /** A request came back, or did not. `ttfbMs` only where the answer took the time that good answers take. */
  observe(nowMs: number, outcome: { failed: boolean; ttfbMs?: number }): void {
    this.#window.observe(nowMs, outcome)
    this.#decay(nowMs)
    this.#recent.requests++
    if (outcome.failed) {
      this.#recent.failures++
      this.#failedInARow++
      this.#considerEjection(nowMs)
      return
    }
    this.#failedInARow = 0
    if (outcome.ttfbMs !== undefined) this.#learnLatency(nowMs, outcome.ttfbMs)
    // While it is out, a success may be that of a request from before.
    if (this.#ejectedUntilMs !== undefined && this.#ejectedUntilMs <= nowMs) this.#comeBack(nowMs)
  }

  state(nowMs: number): UpstreamState {
    if (this.#ejectedUntilMs !== undefined) return this.#ejectedUntilMs > nowMs ? 'ejected' : 'trial'
    return nowMs - this.#returnedAtMs < RETURN_MS ? 'returning' : 'in'
  }

  /** Whether the one live request that decides about the return may go there now. */
  awaitsTrial(nowMs: number): boolean {
    return this.state(nowMs) === 'trial' && nowMs - this.#trialAtMs >= TRIAL_HOLD_MS
  }

  /** What a request sent there is expected to cost its caller, in milliseconds. */
  expectedMs(nowMs: number): number {
    const { requests, failures } = this.#recent
    // One imagined success keeps a single failure from looking like certainty.
    const errors = (failures / (requests + 1)) * FAILURE_COST_MS
    const idleMs = Math.max(0, nowMs - this.#askedAtMs)
    if (this.#latencyMs === undefined) return errors + (idleMs > PRIOR_MS ? 0 : PRIOR_MS)
    return errors + this.#latencyMs * 0.5 ** (idleMs / CURIOSITY_HALF_LIFE_MS)
  }

  /** The share of its turns that an upstream takes: less than all while it returns. */
  share(nowMs: number): number {
    const backForMs = nowMs - this.#returnedAtMs
    return backForMs >= RETURN_MS ? 1 : RETURN_FROM + (1 - RETURN_FROM) * (backForMs / RETURN_MS)
  }

  /** Milliseconds until an ejected upstream may be tried; 0 for others. */
  ejectedForMs(nowMs: number): number {
    return Math.max(0, (this.#ejectedUntilMs ?? nowMs) - nowMs)
  }

  summary(nowMs: number): WindowSummary {
    return this.#window.summary(nowMs)
  }

  #learnLatency(nowMs: number, ttfbMs: number): void {
    const elapsedMs = Math.max(1, nowMs - this.#latencyAtMs)
    const weight = this.#latencyMs === undefined ? 1 : 1 - 0.5 ** (elapsedMs / LATENCY_HALF_LIFE_MS)
    const before = this.#latencyMs ?? ttfbMs
    this.#latencyMs = before + Math.max(MIN_WEIGHT, weight) * (ttfbMs - before)
    this.#latencyAtMs = nowMs
  }

  #decay(nowMs: number): void {
    const factor = 0.5 ** (Math.max(0, nowMs - this.#recent.atMs) / ERROR_HALF_LIFE_MS)
    const { requests, failures } = this.#recent
    this.#recent = { requests: requests * factor, failures: failures * factor, atMs: nowMs }
  }

  #considerEjection(nowMs: number): void {
    const isOut = this.#ejectedUntilMs !== undefined
    // Requests that were under way when it was ejected fail too: they are not another reason.
    if (isOut && (this.#ejectedUntilMs ?? 0) > nowMs) return
    const { requests, failures } = this.#recent
    const failsMostly = requests >= EJECT_AT_LEAST_REQUESTS && failures / requests >= EJECT_AT_ERROR_RATE
    if (!isOut && !failsMostly && this.#failedInARow < EJECT_AFTER_IN_A_ROW) return
    const forMs = Math.min(
      EJECTION_MS.most,
      EJECTION_MS.first * 2 ** Math.min(this.#ejections, MAX_DOUBLINGS),
    )
    this.#ejections++
    this.#ejectedUntilMs = nowMs + forMs
    this.#trialAtMs = Number.NEGATIVE_INFINITY
  }

  #comeBack(nowMs: number): void {
    this.#ejectedUntilMs = undefined
    this.#ejections = 0
    this.#returnedAtMs = nowMs
    this.#recent = { requests: 0, failures: 0, atMs: nowMs }
  }
}

/** Thousands of answers within a millisecond still move the average. */
const MIN_WEIGHT = 0.02
const MAX_DOUBLINGS = 10
