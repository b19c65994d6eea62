import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Linux counts a process's time in hundredths of a second towards programs, whatever the kernel's own clock is. */
const TICKS_PER_SECOND = 100

/** Seconds of processor time from the text of `/proc/PID/stat`: in the program and in the kernel for it, all threads. */
export function parseCpuSeconds(stat: string): number {
  // The second field is the program's name in parentheses, in which anything may stand.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Bytes of memory in use from the text of `/proc/PID/status`. */
export function parseResidentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/**
 * Seconds that programs have run on these cores, from the text of `/proc/stat`, with what the machine's host kept from
 * them (`steal`). Interrupts are left out: they are on behalf of whoever sent the packet.
 */
export function parseBusySeconds(stat: string, cores: readonly number[]): number {
  return cores
    .map((core) => {
      const fields = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1]?.split(' ').map(Number) ?? []
      const [user = Number.NaN, nice = 0, system = 0, , , , , steal = 0] = fields
      return (user + nice + system + steal) / TICKS_PER_SECOND
    })
    .reduce((sum, seconds) => sum + seconds, 0)
}

/** As above, now; NaN where there is no `/proc`. */
export function busySecondsOf(cores: readonly number[]): number {
  try {
    return parseBusySeconds(readFileSync('/proc/stat', 'utf8'), cores)
  } catch {
    return Number.NaN
  }
}

/** Processor time used so far; NaN where there is no `/proc` or the process has ended. */
export const cpuSecondsOf = (pid: number | undefined) => read(pid, 'stat', parseCpuSeconds)

/** Resident memory in bytes; NaN as above. */
export const residentBytesOf = (pid: number | undefined) => read(pid, 'status', parseResidentBytes)

function read(pid: number | undefined, file: string, parse: (text: string) => number): number {
  if (pid === undefined) return Number.NaN
  try {
    return parse(readFileSync(`/proc/${pid}/${file}`, 'utf8'))
  } catch {
    return Number.NaN
  }
}

/** The number of the socket that listens on `port`, from the text of `/proc/net/tcp`. */
export function parseListener(table: string, port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (fields[1]?.endsWith(wanted) && fields[3] === LISTENING) return fields[9]
  }
  return undefined
}

const LISTENING = '0A'

/** The process that listens on a port of this machine; undefined where it cannot be found out. */
export function processListeningOn(port: number): number | undefined {
  try {
    const inode = parseListener(readFileSync('/proc/net/tcp', 'utf8'), port)
    if (inode === undefined) return undefined
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, `socket:[${inode}]`))
    return pid === undefined ? undefined : Number(pid)
  } catch {
    return undefined
  }
}

function holds(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket)
  } catch {
    // Another user's, or it has ended.
    return false
  }
}
