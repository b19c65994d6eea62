import type { Bench, BenchOptions } from './bench.ts'
import { DIRECT, inArena, missingOf, type Outcome, resultsOf } from './gateway/arena.ts'
import type { Throughput } from './gateway/load-throughput.ts'
import { median, medianOfPairs } from './statistics.ts'
import { table, verdict } from './table.ts'

const BASELINE = 'bare proxy'
const CONNECTIONS = 64
const RUN = { connections: CONNECTIONS, warmUpSeconds: 0.3, seconds: 1.5 }
/** Code is compiled while it runs; the programs in JavaScript need some ten thousand requests to reach their pace. */
const FIRST_RUN = { connections: CONNECTIONS, warmUpSeconds: 0, seconds: 3 }
const GOAL_RATIO = 0.7
/** Below this share of its core, a proxy was waiting for callers or upstream, or for its core: it can do more. */
const SATURATED = 0.9

const rateOf = ({ requests, seconds }: Throughput) => requests / seconds
const loadOf = ({ cpuSeconds, seconds }: Throughput) => cpuSeconds / seconds
const costUsOf = ({ cpuSeconds, requests }: Throughput) => (cpuSeconds / requests) * 1e6

function rowOf(name: string, results: Throughput[], baseline: Throughput[]): string[] {
  const load = median(results.map(loadOf))
  const sign = name !== DIRECT && load < SATURATED ? '≥ ' : ''
  return [
    name,
    `${sign}${Math.round(median(results.map(rateOf)))}`,
    name === DIRECT
      ? ''
      : medianOfPairs(results, baseline, (one, bare) => rateOf(one) / rateOf(bare)).toFixed(2),
    `${Math.round(load * 100)} %`,
    `${median(results.map(costUsOf)).toFixed(1)} µs`,
  ]
}

function lines(outcomes: Map<string, Outcome<Throughput>>): string[] {
  const baseline = resultsOf(outcomes, BASELINE)
  const rows = [['', 'requests/s', 'of bare', 'core', 'CPU a request']]
  for (const name of outcomes.keys()) {
    const results = resultsOf(outcomes, name)
    if (results.length > 0) rows.push(rowOf(name, results, baseline))
  }
  const ratio = medianOfPairs(
    resultsOf(outcomes, 'Tain'),
    baseline,
    (one, bare) => rateOf(one) / rateOf(bare),
  )
  return [
    ...table(rows),
    ...missingOf(outcomes),
    `goal: Tain at least ${GOAL_RATIO} of the bare proxy: ${verdict(ratio, (value) => value >= GOAL_RATIO)}`,
  ]
}

export const bench: Bench = {
  name: 'gateway-throughput',
  about: `small JSON, ${CONNECTIONS} kept-alive connections, as many requests as the proxy's core takes`,
  run: ({ rounds }: BenchOptions) =>
    inArena(
      [
        BASELINE,
        'Tain',
        'Tain, log on',
        'Portkey',
        'nginx, default',
        'nginx, keep-alive',
        'Tain in workerd',
        'Tain under next start',
      ],
      async (arena) => {
        await arena.rounds(1, (candidate) => arena.run('throughput', candidate, FIRST_RUN))
        const outcomes = await arena.rounds(rounds, (candidate) => arena.run('throughput', candidate, RUN))
        return [...lines(outcomes), arena.conditions()]
      },
    ),
}
