import { measureLatency } from './load-latency.ts'
import type { Target } from './load-run.ts'
import { measureStreams } from './load-streams.ts'
import { measureThroughput } from './load-throughput.ts'
import { onCommand, tellParent } from './parent-process.ts'

/** A program: the callers. One run for each command, its result in one message. */

const RUNS = { throughput: measureThroughput, latency: measureLatency, streams: measureStreams }

export type RunName = keyof typeof RUNS
export type RunOptions<Name extends RunName> = Parameters<(typeof RUNS)[Name]>[1]
export type RunResult<Name extends RunName> = Awaited<ReturnType<(typeof RUNS)[Name]>>

export interface RunCommand<Name extends RunName = RunName> {
  run: Name
  target: Target
  options: RunOptions<Name>
}

onCommand(async ({ run, target, options }: RunCommand) => {
  // A command's options are those of its run.
  const measure = RUNS[run] as (target: Target, options: object) => Promise<object>
  tellParent(await measure(target, options))
})
