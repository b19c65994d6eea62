import type { Bench, BenchOptions } from './bench.ts'
import { DIRECT, inArena, missingOf, type Outcome, resultsOf } from './gateway/arena.ts'
import type { Latency } from './gateway/load-latency.ts'
import { median, medianOfPairs } from './statistics.ts'
import { table, verdict } from './table.ts'

const PER_SECOND = 500
const RUN = { perSecond: PER_SECOND, warmUpSeconds: 0.3, seconds: 2.5 }
const FIRST_RUN = { connections: 16, warmUpSeconds: 0, seconds: 3 }
const GOAL_P50_MS = 1
const GOAL_P99_MS = 5

const QUANTILES = ['p50Ms', 'p99Ms', 'maxMs'] as const

/** What a proxy adds: the difference to the direct run of the same round. */
const addedMs = (results: Latency[], direct: Latency[], quantile: 'p50Ms' | 'p99Ms') =>
  medianOfPairs(results, direct, (one, base) => one[quantile] - base[quantile])

const shown = (ms: number) => `${ms.toFixed(2)} ms`

function lines(outcomes: Map<string, Outcome<Latency>>): string[] {
  const direct = resultsOf(outcomes, DIRECT)
  const rows = [['', 'P50', 'P99', 'worst', 'added P50', 'added P99']]
  for (const name of outcomes.keys()) {
    const results = resultsOf(outcomes, name)
    if (results.length === 0) continue
    const own = QUANTILES.map((quantile) => median(results.map((result) => result[quantile])))
    const added = [addedMs(results, direct, 'p50Ms'), addedMs(results, direct, 'p99Ms')]
    rows.push([name, ...own.map(shown), ...(name === DIRECT ? [] : added.map(shown))])
  }
  const tain = resultsOf(outcomes, 'Tain')
  const p50 = verdict(addedMs(tain, direct, 'p50Ms'), (ms) => ms < GOAL_P50_MS)
  const p99 = verdict(addedMs(tain, direct, 'p99Ms'), (ms) => ms < GOAL_P99_MS)
  return [
    ...table(rows),
    ...missingOf(outcomes),
    `goal: Tain adds less than ${GOAL_P50_MS} ms at P50: ${p50}`,
    `goal: Tain adds less than ${GOAL_P99_MS} ms at P99: ${p99}`,
  ]
}

export const bench: Bench = {
  name: 'gateway-latency',
  about: `small JSON, ${PER_SECOND} requests a second whatever happens, timed from when each was due`,
  run: ({ rounds }: BenchOptions) =>
    inArena(['bare proxy', 'Tain', 'nginx, keep-alive'], async (arena) => {
      await arena.rounds(1, (candidate) => arena.run('throughput', candidate, FIRST_RUN))
      const outcomes = await arena.rounds(rounds, (candidate) => arena.run('latency', candidate, RUN))
      return [...lines(outcomes), arena.conditions()]
    }),
}
