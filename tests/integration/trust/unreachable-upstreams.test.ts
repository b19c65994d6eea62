import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { call, codeOf } from '../gateway/clients.ts'
import { KEY } from '../gateway/hosts.ts'
import { type ProbedSite, settingsFor, startProbedSite } from './sites.ts'
import { startTlsUpstream, type TlsUpstream } from './tls-upstreams.ts'

/**
 * The checks say 5 s. Twice that still tells our own clock from those of TCP and of name servers, and leaves a busy
 * machine its time.
 */
const DEADLINE_MS = 10_000

async function ask({ host }: ProbedSite) {
  const beganMs = performance.now()
  const { status, body } = await call(host, '/v1/chat/completions', { body: '{}' })
  return { status, body, tookMs: performance.now() - beganMs }
}

describe.each([
  ['Node site', startNodeSite],
  ['Edge site', startNextSite],
] as const)('%s: an upstream with TLS', (_, start) => {
  let upstream: TlsUpstream
  let probed: ProbedSite
  beforeAll(async () => {
    upstream = await startTlsUpstream()
    const env = { ...settingsFor(upstream.url), NODE_EXTRA_CA_CERTS: upstream.authorityFile }
    probed = await startProbedSite(env, start)
  })
  afterAll(async () => {
    await probed.site.stop()
    await upstream.close()
  })

  it('is reached when the operator trusts its authority', async () => {
    upstream.present('none')
    const { status, body } = await ask(probed)
    expect([status, body.toString()]).toEqual([200, 'ok'])
    expect(upstream.heard()).toContain(`Bearer ${KEY}`)
  })

  it.each(['expired', 'wrong host', 'self-signed', 'unknown authority'] as const)(
    'is not told a byte when its certificate has this flaw: %s; 502 in time',
    async (flaw) => {
      upstream.present(flaw)
      const ended = upstream.nextEnd()
      const { status, body, tookMs } = await ask(probed)
      expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
      expect(tookMs).toBeLessThan(DEADLINE_MS)
      await ended
      expect(upstream.heard()).toBe('')
      expect(probed.site.output() + body).not.toContain(KEY)
    },
  )

  it('is reached again once its certificate is in order', async () => {
    upstream.present('none')
    expect((await ask(probed)).status).toBe(200)
  })
})

describe('Node site: an upstream that is not there', () => {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  const sites: ProbedSite[] = []
  beforeAll(async () => {
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    // A server that listens on TCP has an AddressInfo.
    const { port } = silent.address() as AddressInfo
    const urls = ['http://upstream.silent.test/v1', `https://127.0.0.1:${port}/v1`]
    sites.push(...(await Promise.all(urls.map((url) => startProbedSite(settingsFor(url))))))
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    silent.close()
    await Promise.all(sites.map(({ site }) => site.stop()))
  })

  it.concurrent.each([
    [0, 'the server of its name does not answer'],
    [1, 'it takes the connection and says nothing of TLS'],
  ])('502 in time when (%i) %s', async (i) => {
    const probed = sites[i]
    if (!probed) throw new Error('the site was not started')
    const { status, body, tookMs } = await ask(probed)
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
    expect(tookMs).toBeLessThan(DEADLINE_MS)
  })
})
