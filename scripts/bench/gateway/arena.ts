import { type Absent, type Candidate, type CandidateName, startCandidate } from './candidates.ts'
import { type ChildProgram, startProgram } from './child-program.ts'
import { type Cores, moveToCores, planCores } from './cores.ts'
import { createWatch } from './foreign-load.ts'
import type { RunCommand, RunName, RunOptions, RunResult } from './load-process.ts'

/** The upstream itself, called without a proxy: what the machinery of the bench costs. */
export const DIRECT = 'upstream, direct'

/** What came of one candidate: a result of each round, or why there is none. */
export type Outcome<Result> = { results: Result[] } | { missing: string }

/** The results of the one called `name`; none when there are none. */
export function resultsOf<Result>(outcomes: Map<string, Outcome<Result>>, name: string): Result[] {
  const outcome = outcomes.get(name)
  return outcome && 'results' in outcome ? outcome.results : []
}

/** Those that have no number, with the reason. */
export function missingOf(outcomes: Map<string, Outcome<unknown>>): string[] {
  return [...outcomes].flatMap(([name, outcome]) =>
    'missing' in outcome ? [`${name}: not measured: ${outcome.missing}`] : [],
  )
}

export interface Arena {
  /** Where everything ran, and whether anything else ran there. */
  conditions(): string
  candidates: Candidate[]
  run<Name extends RunName>(
    run: Name,
    candidate: Candidate,
    options: RunOptions<Name>,
  ): Promise<RunResult<Name>>
  /**
   * Measures every candidate once in each round, so that whatever drifts hits all alike; every other round goes the
   * other way round. A candidate that fails once has no number.
   */
  rounds<Result>(
    count: number,
    measure: (candidate: Candidate) => Promise<Result>,
  ): Promise<Map<string, Outcome<Result>>>
}

/** Starts upstream, callers and the candidates named, lets `act` measure them, and stops them all. */
export async function inArena<T>(names: CandidateName[], act: (arena: Arena) => Promise<T>): Promise<T> {
  const cores = planCores()
  const stops: Array<() => Promise<void>> = []
  try {
    // This process only waits and collects lines; it must not do that on the proxy's core.
    moveToCores(process.pid, cores.others)
    const upstream = startProgram<{ port: number }>('constant-upstream.ts', cores.others)
    stops.push(upstream.stop)
    const { port } = await upstream.ask()
    const callers = startProgram<object>('load-process.ts', cores.others)
    stops.push(callers.stop)

    const direct: Candidate = { name: DIRECT, port, pid: upstream.pid, stop: async () => undefined }
    const started: Array<Candidate | Absent> = [direct]
    for (const name of names) {
      const candidate = await startCandidate(name, port, cores)
      if ('stop' in candidate) stops.push(candidate.stop)
      started.push(candidate)
    }
    return await act(createArena(cores, started, callers, upstream.pid))
  } finally {
    await Promise.all(stops.map((stop) => stop()))
    moveToCores(process.pid, cores.proxy, cores.others)
  }
}

function createArena(
  cores: Cores,
  started: ReadonlyArray<Candidate | Absent>,
  callers: ChildProgram<object>,
  upstreamPid: number | undefined,
): Arena {
  const candidates = started.filter((one) => 'stop' in one)
  const watch = createWatch(cores, [upstreamPid, callers.pid, process.pid])
  return {
    conditions: () => `${cores.sentence}; ${watch.sentence()}`,
    candidates,

    async run(run, { port, token, headers, pid }, options) {
      const command: RunCommand<typeof run> = { run, target: { port, token, headers, pid }, options }
      // The callers answer a command with the result of its run.
      const result = (await watch.during(pid, () => callers.ask(command))) as RunResult<typeof run>
      const { count, first } = result.faults
      if (count > 0) throw new Error(`${count} ${count === 1 ? 'fault' : 'faults'}, first: ${first}`)
      return result
    },

    async rounds(count, measure) {
      type Result = Awaited<ReturnType<typeof measure>>
      const outcomes = new Map<string, Outcome<Result>>(
        started.map((one) => [one.name, 'missing' in one ? { missing: one.missing } : { results: [] }]),
      )
      for (let round = 0; round < count; round++) {
        for (const candidate of round % 2 === 0 ? candidates : candidates.toReversed()) {
          const outcome = outcomes.get(candidate.name)
          if (!outcome || 'missing' in outcome) continue
          try {
            outcome.results.push(await measure(candidate))
          } catch (error) {
            outcomes.set(candidate.name, { missing: (error as Error).message })
          }
        }
      }
      return outcomes
    },
  }
}
