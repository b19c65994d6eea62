import { once } from 'node:events'
import type { ClientRequest } from 'node:http'
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
] as const)('%s: half-open connections', (_, start) => {
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite({ ...settingsFor(upstream.url), UPSTREAM_IDLE_TIMEOUT: '2s' }, start)
  })
  afterAll(() => probed.site.stop())

  /** A caller that has the beginning of an answer of which no more comes. */
  async function waitingCaller(): Promise<ClientRequest> {
    upstream.script({ ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.stall({ afterChunks: 1 }) })
    const req = openRequest(probed.host, '/v1/chat/completions')
    req.on('error', () => {})
    req.end('{}')
    await once(await headOf(req), 'data')
    return req
  }

  it('a silent upstream is asked for a sign of life', async () => {
    const upstreamPort = Number(new URL(upstream.url).port)
    const req = await waitingCaller()
    const ports = portsTo(upstreamPort)
    expect(ports).toHaveLength(1)
    expect(keepAliveSeconds(ports[0] ?? 0, upstreamPort)).toBeLessThan(TWO_MINUTES_S)
    req.destroy()
  })

  // `next start` offers no way to ask for keep-alive probes; docs/trust.md says so.
  if (start === startNodeSite) {
    it('callers whose machine is gone are asked for a sign of life', async () => {
      const req = await waitingCaller()
      const callersPort = req.socket?.localPort ?? 0
      expect(keepAliveSeconds(probed.host.port, callersPort)).toBeLessThan(TWO_MINUTES_S)
      req.destroy()
    })
  }

  it('callers who take no more are let go, when upstream goes on talking', { timeout: 60_000 }, async () => {
    // UPSTREAM_IDLE_TIMEOUT is 2 s here; no other setting exists that could end this.
    const piece = Buffer.alloc(65536, 'x')
    upstream.script(
      answer.body(
        (function* () {
          for (let i = 0; i < 4096; i++) yield piece
        })(),
      ),
    )
    const pending = upstream.nextRequest()
    const req = openRequest(probed.host, '/v1/files/f/content', { method: 'GET' })
    req.on('error', () => {})
    req.end()
    const response = await headOf(req)
    response.pause()
    const received = await pending
    const ended = await Promise.race([
      received.closed,
      new Promise((r) => setTimeout(() => r('still open after 30 s'), 30_000)),
    ])
    req.destroy()
    expect(ended).toBe('aborted')
  })
})
