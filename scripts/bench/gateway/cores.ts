import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Where processes run: the proxy has one core for itself, all others share another one. */
export interface Cores {
  /** Undefined where processes cannot be pinned. */
  proxy?: number
  others?: number
  /** For the reader of the numbers. */
  sentence: string
}

/** Reads `0-3,8` as 0, 1, 2, 3, 8. */
export function parseCoreList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    })
}

/** The first two cores that this process may use, if there are two and `taskset` is installed. */
export function planCores(): Cores {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
  } catch {
    return { sentence: 'not pinned to cores, because taskset is missing: numbers vary more' }
  }
  const status = readFileSync('/proc/self/status', 'utf8')
  const [proxy, others] = parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  if (proxy === undefined || others === undefined) {
    return { sentence: 'not pinned to cores, because there is only one: proxy, upstream and load share it' }
  }
  return { proxy, others, sentence: `proxy on core ${proxy}; upstream and load on core ${others}` }
}

/** What to put before a command so that it runs on `core` only. */
export const onCore = (core: number | undefined): string[] =>
  core === undefined ? [] : ['taskset', '-c', String(core)]

/** Moves a process with all its threads, so that they run on these cores only. */
export function moveToCores(pid: number | undefined, ...cores: Array<number | undefined>): void {
  if (pid === undefined || cores.includes(undefined)) return
  execFileSync('taskset', ['-acp', cores.join(','), String(pid)], { stdio: 'ignore' })
}
