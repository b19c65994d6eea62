import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { headOf, openRequest } from '../gateway/clients.ts'
import { isToldHere, keepAliveSeconds, portsTo, TWO_MINUTES_S } from './keep-alive-clock.ts'
import { type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

describe.runIf(isToldHere).each([
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
