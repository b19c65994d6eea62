/** What a window knows. Latencies are to the first byte; undefined while nothing was measured. */
export interface WindowSummary {
  requests: number
  failures: number
  /** 0 to 1. */
  errorRate: number
  averageMs: number | undefined
  p95Ms: number | undefined
}

const WINDOW_MS = 5 * 60_000
const SLICES = 10
const SLICE_MS = WINDOW_MS / SLICES

/** Bounds grow by a tenth from 1 ms to more than the 10 minutes that an upstream may be silent: a percentile is off by 5 %. */
const GROWTH = 1.1
const BUCKETS = 144

/** Per slice: requests, failures, measured ones, and their latencies' buckets. */
const HEAD = 3
const ROW = HEAD + BUCKETS

/**
 * Requests, failures and latencies of the last five minutes, in ten slices that are overwritten in turn. Its size is
 * fixed and an observation touches three numbers, however many there were.
 */
export class LatencyWindow {
  readonly #counts = new Uint32Array(SLICES * ROW)
  readonly #sumsMs = new Float64Array(SLICES)
  /** Which stretch of time each slice holds. */
  readonly #epochs = new Float64Array(SLICES).fill(Number.NEGATIVE_INFINITY)

  /** Counts a request; with a latency if one was measured. */
  observe(nowMs: number, { failed, ttfbMs }: { failed: boolean; ttfbMs?: number }): void {
    const slice = this.#sliceAt(nowMs)
    const row = slice * ROW
    this.#add(row)
    if (failed) this.#add(row + 1)
    if (ttfbMs === undefined) return
    this.#add(row + 2)
    this.#add(row + HEAD + bucketOf(ttfbMs))
    this.#sumsMs[slice] = (this.#sumsMs[slice] ?? 0) + ttfbMs
  }

  summary(nowMs: number): WindowSummary {
    const total = new Float64Array(ROW)
    let sumMs = 0
    const oldest = Math.floor(nowMs / SLICE_MS) - SLICES
    for (let slice = 0; slice < SLICES; slice++) {
      if ((this.#epochs[slice] ?? 0) <= oldest) continue
      for (let i = 0; i < ROW; i++) total[i] = (total[i] ?? 0) + (this.#counts[slice * ROW + i] ?? 0)
      sumMs += this.#sumsMs[slice] ?? 0
    }
    const [requests = 0, failures = 0, measured = 0] = total
    return {
      requests,
      failures,
      errorRate: requests === 0 ? 0 : failures / requests,
      averageMs: measured === 0 ? undefined : sumMs / measured,
      p95Ms: measured === 0 ? undefined : percentile(total.subarray(HEAD), Math.ceil(0.95 * measured)),
    }
  }

  #sliceAt(nowMs: number): number {
    const epoch = Math.floor(nowMs / SLICE_MS)
    const slice = ((epoch % SLICES) + SLICES) % SLICES
    if (this.#epochs[slice] !== epoch) {
      this.#epochs[slice] = epoch
      this.#sumsMs[slice] = 0
      this.#counts.fill(0, slice * ROW, (slice + 1) * ROW)
    }
    return slice
  }

  #add(index: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
  }
}

function bucketOf(ms: number): number {
  if (!(ms > 1)) return 0
  return Math.min(BUCKETS - 1, Math.floor(Math.log(ms) / Math.log(GROWTH)))
}

/** The middle of the bucket in which the `rank`-th smallest lies. */
function percentile(buckets: Float64Array, rank: number): number {
  let seen = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket] ?? 0
    if (seen >= rank) return GROWTH ** (bucket + 0.5)
  }
  return GROWTH ** BUCKETS
}
