import type { Bench, BenchOptions } from './bench.ts'
import { inArena, missingOf, type Outcome, resultsOf } from './gateway/arena.ts'
import type { Latency } from './gateway/load-latency.ts'
import type { Throughput } from './gateway/load-throughput.ts'
import { median, medianOfPairs } from './statistics.ts'
import { table, verdict } from './table.ts'

const OFF = 'Tain, quotas off'
const ON = 'Tain, quotas on'
const NAMES = [OFF, ON] as const
const BUSY = { connections: 16, warmUpSeconds: 0.3, seconds: 2 }
const FIRST_RUN = { connections: 16, warmUpSeconds: 0, seconds: 3 }
/** More people asking at the same time than a site of a company has. */
const PER_SECOND = 50
const CALM = { perSecond: PER_SECOND, warmUpSeconds: 0.3, seconds: 2.5 }
const GOAL_ADDED_MS = 10

const rateOf = ({ requests, seconds }: Throughput) => requests / seconds

function lines(busy: Map<string, Outcome<Throughput>>, calm: Map<string, Outcome<Latency>>): string[] {
  const rows = [['', 'requests/s', 'of off', `P50 at ${PER_SECOND}/s`, `P99 at ${PER_SECOND}/s`]]
  for (const name of NAMES) {
    const [fast, timed] = [resultsOf(busy, name), resultsOf(calm, name)]
    if (fast.length === 0 || timed.length === 0) continue
    const ratio = medianOfPairs(fast, resultsOf(busy, OFF), (one, off) => rateOf(one) / rateOf(off))
    rows.push([
      name,
      `${Math.round(median(fast.map(rateOf)))}`,
      ratio.toFixed(3),
      `${median(timed.map((one) => one.p50Ms)).toFixed(2)} ms`,
      `${median(timed.map((one) => one.p99Ms)).toFixed(2)} ms`,
    ])
  }
  const added = medianOfPairs(resultsOf(calm, ON), resultsOf(calm, OFF), (on, off) => on.p50Ms - off.p50Ms)
  return [
    ...table(rows),
    ...missingOf(busy),
    `goal: a quota adds less than ${GOAL_ADDED_MS} ms at P50: ${verdict(added, (ms) => ms < GOAL_ADDED_MS)}`,
  ]
}

export const bench: Bench = {
  name: 'gateway-quotas',
  about:
    'small JSON of one person’s program, whose use is reserved and settled in the database, or not counted',
  run: ({ rounds }: BenchOptions) =>
    inArena([...NAMES], async (arena) => {
      await arena.rounds(1, (candidate) => arena.run('throughput', candidate, FIRST_RUN))
      const busy = await arena.rounds(rounds, (candidate) => arena.run('throughput', candidate, BUSY))
      const calm = await arena.rounds(rounds, (candidate) => arena.run('latency', candidate, CALM))
      return [...lines(busy, calm), arena.conditions()]
    }),
}
