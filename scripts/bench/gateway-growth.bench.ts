import type { Bench, BenchOptions } from './bench.ts'
import { inArena, missingOf, resultsOf } from './gateway/arena.ts'
import { GROWTHS, type Growth, PLAIN_MAP, type Step } from './gateway/growth.ts'
import { median } from './statistics.ts'
import { table, verdict } from './table.ts'

const SIZES = [10, 1_000, 100_000] as const
const GOAL_RATIO = 1.5
const BATCHES_A_ROUND = 8
const STEPS_A_BATCH = 1_000
/** Enough for the compiler to have done its work before anything counts. */
const WARM_UP_STEPS = 30_000

/** Microseconds that one step takes, on average over a batch. */
async function batchUs(step: Step, first: number): Promise<number> {
  const startMs = performance.now()
  for (let i = 0; i < STEPS_A_BATCH; i++) await step(first + i)
  return ((performance.now() - startMs) / STEPS_A_BATCH) * 1000
}

/** Sizes take turns batch by batch, in one process, so pauses of its memory's collector hit all of them alike. */
async function measure({ prepare, grows }: Growth, rounds: number): Promise<number[]> {
  const timesUs: number[][] = SIZES.map(() => [])
  await warmUp(prepare)
  for (let round = 0; round < rounds; round++) {
    const steps: Step[] = []
    for (const size of SIZES) steps.push(await prepare(size))
    for (let batch = 0; batch < (grows ? 1 : BATCHES_A_ROUND); batch++) {
      for (const [at, step] of steps.entries()) timesUs[at]?.push(await batchUs(step, batch * STEPS_A_BATCH))
    }
  }
  return timesUs.map(median)
}

/** On one of its own, which is thrown away. */
async function warmUp(prepare: Growth['prepare']): Promise<void> {
  const step = await prepare(SIZES[0])
  for (let index = 0; index < WARM_UP_STEPS; index++) await step(index)
}

/** What a whole request costs Tain's process with one token and one key: processor time, in microseconds. */
function requestUs(rounds: number): Promise<{ us: number; conditions: string }> {
  return inArena(['Tain'], async (arena) => {
    const run = { connections: 64, warmUpSeconds: 0, seconds: 1.5 }
    await arena.rounds(1, (candidate) => arena.run('throughput', candidate, { ...run, seconds: 3 }))
    const outcomes = await arena.rounds(rounds, (candidate) => arena.run('throughput', candidate, run))
    const tain = resultsOf(outcomes, 'Tain')
    if (tain.length === 0) throw new Error(missingOf(outcomes).join('; '))
    const us = median(tain.map(({ cpuSeconds, requests }) => (cpuSeconds / requests) * 1e6))
    return { us, conditions: arena.conditions() }
  })
}

export const bench: Bench = {
  name: 'gateway-growth',
  about: 'what a step of the gateway costs by how many tokens, addresses, keys or past requests there are',
  async run({ rounds }: BenchOptions) {
    const request = await requestUs(rounds)
    const sizes = SIZES.map((size) => size.toLocaleString('en'))
    const rows = [['', ...sizes, 'ratio of the step', 'of the request']]
    let worst = 0
    for (const growth of [PLAIN_MAP, ...GROWTHS]) {
      const [few = Number.NaN, some = Number.NaN, many = Number.NaN] = await measure(growth, rounds)
      const ofRequest = (request.us + many - few) / request.us
      if (growth !== PLAIN_MAP) worst = Math.max(worst, ofRequest)
      const times = [few, some, many].map((us) => `${us.toFixed(2)} µs`)
      rows.push([growth.name, ...times, (many / few).toFixed(2), ofRequest.toFixed(2)])
    }
    return [
      ...table(rows),
      `a whole request takes ${request.us.toFixed(0)} µs of Tain's processor time with one of each`,
      `goal: with 100,000 a request takes at most ${GOAL_RATIO} times what it takes with 10: ${verdict(worst, (ratio) => ratio <= GOAL_RATIO)}`,
      request.conditions,
    ]
  },
}
