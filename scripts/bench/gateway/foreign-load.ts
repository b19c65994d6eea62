import { median, percentiles } from '../statistics.ts'
import type { Cores } from './cores.ts'
import { busySecondsOf, cpuSecondsOf } from './process-usage.ts'

/** How much of the two cores others may take in the middle run for the numbers to be worth writing down. */
const QUIET_SHARE = 0.03

/** Watches for programs that have nothing to do with the bench. */
export interface Watch {
  /** Runs `act`, in which the process `pid` and those of the bench are expected to be busy. */
  during<T>(pid: number | undefined, act: () => Promise<T>): Promise<T>
  sentence(): string
}

/** A watch over the bench's cores. `ours`: the processes that take part in every run. */
export function createWatch({ proxy, others }: Cores, ours: ReadonlyArray<number | undefined>): Watch {
  const cores = [proxy, others].filter((core) => core !== undefined)
  const shares: number[] = []
  return {
    async during(pid, act) {
      const pids = [...new Set([...ours, pid])]
      const foreignSeconds = () =>
        busySecondsOf(cores) - pids.reduce<number>((sum, one) => sum + cpuSecondsOf(one), 0)
      const before = { foreign: foreignSeconds(), atMs: performance.now() }
      const result = await act()
      const spentSeconds = ((performance.now() - before.atMs) / 1000) * cores.length
      const share = (foreignSeconds() - before.foreign) / spentSeconds
      if (Number.isFinite(share)) shares.push(Math.max(0, share))
      return result
    },
    sentence() {
      if (shares.length === 0) return 'whether other programs ran there is unknown'
      const [worst = 0] = percentiles(shares, [100])
      const usual = median(shares)
      const figures = `other programs took ${asPercent(usual)} of them, ${asPercent(worst)} in the worst run`
      return usual <= QUIET_SHARE ? `quiet: ${figures}` : `NOT QUIET, write nothing down: ${figures}`
    },
  }
}

const asPercent = (share: number) => `${Math.round(share * 100)} %`
