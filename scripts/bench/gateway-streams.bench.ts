import type { Bench, BenchOptions } from './bench.ts'
import { type Arena, DIRECT, inArena, missingOf, type Outcome, resultsOf } from './gateway/arena.ts'
import type { Candidate } from './gateway/candidates.ts'
import type { StreamsResult } from './gateway/load-streams.ts'
import { residentBytesOf } from './gateway/process-usage.ts'
import { median, medianOfPairs } from './statistics.ts'
import { table, verdict } from './table.ts'

const BASELINE = 'bare proxy'
const STREAMS = 1_000
/** Code and buffers that every proxy needs once are not a stream's. */
const FIRST_RUN = { connections: 16, warmUpSeconds: 0, seconds: 3 }
const GOAL_CPU_RATIO = 1.3
const GOAL_P99_MS = 10

type Measured = StreamsResult & { addedBytes: number }

const cpuPerMillionOf = ({ cpuSeconds, steadyEvents }: StreamsResult) => (cpuSeconds / steadyEvents) * 1e6

const addedMs = (results: Measured[], direct: Measured[], quantile: 'p50Ms' | 'p99Ms') =>
  medianOfPairs(results, direct, (one, base) => one[quantile] - base[quantile])

const cpuRatio = (results: Measured[], baseline: Measured[]) =>
  medianOfPairs(results, baseline, (one, bare) => cpuPerMillionOf(one) / cpuPerMillionOf(bare))

const shown = (ms: number) => `${ms.toFixed(2)} ms`

function rowOf(name: string, results: Measured[], direct: Measured[], baseline: Measured[]): string[] {
  const quantiles = ['p50Ms', 'p99Ms'] as const
  const own = quantiles.map((quantile) => shown(median(results.map((result) => result[quantile]))))
  const added = quantiles.map((quantile) => shown(addedMs(results, direct, quantile)))
  const isDirect = name === DIRECT
  return [
    name,
    String(results.reduce((sum, { events }) => sum + events, 0)),
    ...own,
    ...(isDirect ? ['', ''] : added),
    `${median(results.map(cpuPerMillionOf)).toFixed(1)} s`,
    isDirect ? '' : cpuRatio(results, baseline).toFixed(2),
    `${(median(results.map(({ addedBytes }) => addedBytes / STREAMS)) / 1024).toFixed(0)} KB`,
  ]
}

function lines(outcomes: Map<string, Outcome<Measured>>): string[] {
  const [direct, baseline, tain] = [DIRECT, BASELINE, 'Tain'].map((name) => resultsOf(outcomes, name))
  if (!direct || !baseline || !tain) return []
  const head = ['', 'events', 'P50', 'P99', 'added P50', 'added P99', 'CPU a million', 'of bare', 'memory']
  const rows = [head]
  for (const name of outcomes.keys()) {
    const results = resultsOf(outcomes, name)
    if (results.length > 0) rows.push(rowOf(name, results, direct, baseline))
  }
  const cpu = verdict(cpuRatio(tain, baseline), (ratio) => ratio <= GOAL_CPU_RATIO)
  const p99 = verdict(addedMs(tain, direct, 'p99Ms'), (ms) => ms < GOAL_P99_MS)
  return [
    ...table(rows),
    ...missingOf(outcomes),
    `goal: every event of Tain's streams came, in order: ${tain.length > 0 ? 'reached' : 'missed'}`,
    `goal: Tain takes at most ${GOAL_CPU_RATIO} of the bare proxy's CPU: ${cpu}`,
    `goal: Tain delays events by less than ${GOAL_P99_MS} ms at P99: ${p99}`,
  ]
}

/** What each process takes before there is any stream. */
async function residentAtRest(arena: Arena): Promise<Map<Candidate, number>> {
  await arena.rounds(1, (candidate) => arena.run('throughput', candidate, FIRST_RUN))
  return new Map(arena.candidates.map((candidate) => [candidate, residentBytesOf(candidate.pid)]))
}

export const bench: Bench = {
  name: 'gateway-streams',
  about: `${STREAMS} streams at once, 20 events a second each, every event accounted for`,
  run: ({ rounds, streamSeconds }: BenchOptions) =>
    inArena([BASELINE, 'Tain', 'nginx, keep-alive'], async (arena) => {
      const atRest = await residentAtRest(arena)
      const run = { streams: STREAMS, seconds: streamSeconds / rounds }
      const outcomes = await arena.rounds<Measured>(rounds, async (candidate) => {
        const result = await arena.run('streams', candidate, run)
        return { ...result, addedBytes: result.residentBytes - (atRest.get(candidate) ?? Number.NaN) }
      })
      return [...lines(outcomes), arena.conditions()]
    }),
}
