import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { headOf, openRequest } from '../gateway/clients.ts'
import { type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

// A peer whose machine is gone says nothing, so nobody but the kernel's keep-alive finds out. Waiting for it would take
// minutes and a network to cut; what is looked at is that its clock runs, which Linux tells.
const TABLE = '/proc/net/tcp'

/** When the kernel asks a silent peer for a sign of life: seconds from now, or undefined when it never will. */
function keepAliveSeconds(localPort: number, remotePort: number): number | undefined {
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
const TWO_MINUTES_S = 120

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

describe.runIf(existsSync(TABLE)).each([
  ['Node site', startNodeSite],
  ['Edge site', startNextSite],
] as const)('%s: a silent peer is asked for a sign of life', (_, start) => {
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url), start)
  })
  afterAll(() => probed.site.stop())

  it('upstream', async () => {
    const upstreamPort = Number(new URL(upstream.url).port)
    upstream.script({ ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.stall({ afterChunks: 1 }) })
    const req = openRequest(probed.host, '/v1/chat/completions')
    req.on('error', () => {})
    req.end('{}')
    await once(await headOf(req), 'data')
    const ports = portsTo(upstreamPort)
    expect(ports).toHaveLength(1)
    expect(keepAliveSeconds(ports[0] ?? 0, upstreamPort)).toBeLessThan(TWO_MINUTES_S)
    req.destroy()
  })
})

/** The near ports of the connections that lead to `port`. */
function portsTo(port: number): number[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(`:${hex}`) && state === ESTABLISHED)
    .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16))
}
