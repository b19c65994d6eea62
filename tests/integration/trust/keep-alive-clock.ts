import { existsSync, readFileSync } from 'node:fs'

// A peer whose machine is gone says nothing, so nobody but the kernel's keep-alive finds out. Waiting for it would take
// minutes and a network to cut; what is looked at is that its clock runs, which Linux tells.
const TABLE = '/proc/net/tcp'

/** Whether this system tells. */
export const isToldHere = existsSync(TABLE)

/** When the kernel asks a silent peer for a sign of life: seconds from now, or undefined when it never will. */
export function keepAliveSeconds(localPort: number, remotePort: number): number | undefined {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  for (const line of readFileSync(TABLE, 'utf8').split('\n')) {
    const [, local, remote, state, , timer] = line.trim().split(/\s+/)
    if (!local?.endsWith(`:${hex(localPort)}`) || !remote?.endsWith(`:${hex(remotePort)}`)) continue
    const [kind, when] = timer?.split(':') ?? []
    return state === ESTABLISHED && kind === KEEP_ALIVE ? Number.parseInt(when ?? '', 16) / 100 : undefined
  }
  throw new Error(`no connection ${localPort} to ${remotePort}`)
}

const ESTABLISHED = '01'
const KEEP_ALIVE = '02'
/** Of the check. The questions themselves take some seconds more. */
export const TWO_MINUTES_S = 120

/** The near ports of the connections that lead to `port`. */
export function portsTo(port: number): number[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(`:${hex}`) && state === ESTABLISHED)
    .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16))
}
