import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { GatewayLogFields } from '#lib/gateway/gateway-log.ts'
import type { GatewaySettings } from '#lib/gateway/gateway-settings.ts'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { createFrontDoor, type Door } from '#server/front-door.ts'
import { createNodeGateway } from '#server/gateway/node-gateway.ts'
import {
  bearer,
  dial,
  dialled,
  expectBrowserCredential,
  expectKeyAndQuery,
  expectUnchanged,
  speakWithDemo,
} from '#tests/support/realtime-client.ts'
import {
  listening,
  portOf,
  refusalOf,
  type SocketUpstream,
  startSocketUpstream,
} from '#tests/support/socket-upstream.ts'
import { call, exchangeBytes, rawRequest } from './clients.ts'
import { KEY, type TestHost, TOKEN, upstreamAt } from './hosts.ts'

describe('WebSockets through the Node host', () => {
  let upstream: SocketUpstream
  const doors: Door[] = []
  const lines: GatewayLogFields[] = []
  beforeAll(async () => {
    upstream = await startSocketUpstream()
  })
  afterEach(async () => {
    upstream.refuseWith = undefined
    upstream.requests.length = lines.length = 0
    await Promise.all(doors.splice(0).map((door) => door.close(0)))
  })
  afterAll(() => upstream.close())

  async function open(settings: Partial<GatewaySettings> = {}, url = upstream.url): Promise<number> {
    const gateway = createNodeGateway(
      {
        upstreams: [upstreamAt('test', url)],
        keys: [{ account: 'only', secret: KEY }],
        open: false,
        tokens: [TOKEN],
        idleTimeoutMs: 10_000,
        connectTimeoutMs: 2_000,
        ...settings,
      },
      { log: (_level, _event, fields) => lines.push(fields) },
    )
    const door = createFrontDoor({
      gateway,
      statusPage: () => false,
      site: (_req, res) => res.end('the site'),
    })
    doors.push(door)
    await listening(door.server)
    return portOf(door.server)
  }

  it('carry the key and the query upstream, and nothing of the site’s own', async () => {
    const client = await expectKeyAndQuery(await open(), upstream)
    client.terminate()
  })

  it('take a browser’s credential from among the subprotocols, and never pass it on', async () => {
    const client = await expectBrowserCredential(await open(), upstream)
    client.terminate()
  })

  it('pass bytes unchanged both ways, compressed or not, large or small, and close codes with them', async () => {
    const port = await open()
    for (const perMessageDeflate of [true, false]) {
      const arriving = upstream.next()
      const client = await dialled(port, { ...bearer, perMessageDeflate })
      const server = await arriving
      await expectUnchanged([client, server], ['你好 😀', randomBytes(3 << 20), Buffer.alloc(0)])
      const closed = once(client, 'close')
      server.close(4321, 'enough')
      const [code, reason] = await closed
      expect([code, String(reason)]).toEqual([4321, 'enough'])
    }
    const large = () => lines.filter(({ bytesIn = 0 }) => bytesIn > 3 << 20)
    await expect.poll(() => large().length).toBe(2)
    expect(large()[0]).toMatchObject({ route: '/v1/realtime', status: 101, end: 'complete', caller: 'token' })
  })

  it('are refused like any other request, in the API’s shape', async () => {
    const port = await open({ deniedPaths: [] })
    expect(await refusalOf(dial(port, {}))).toEqual([401, 'site_unauthorized'])
    expect(await refusalOf(dial(port, bearer, [], '/v1/organization/x'))).toEqual([404, 'site_path_denied'])
    expect(upstream.requests).toEqual([])
    const other = await exchangeBytes(port, rawRequest('/v1/models', ['upgrade: h2c', 'connection: upgrade']))
    expect(other).toMatch(/^HTTP\/1\.1 426 /)
  })

  it('tell upstream’s own refusal, and charge it to the key', async () => {
    const port = await open()
    const body = JSON.stringify({ error: { message: 'no', type: 'x', param: null, code: 'invalid_model' } })
    upstream.refuseWith = { status: 400, body }
    expect(await refusalOf(dial(port))).toEqual([400, 'invalid_model'])
    upstream.refuseWith = { status: 404, body }
    expect(await refusalOf(dial(port))).toEqual([404, 'invalid_model'])
    expect(await refusalOf(dial(await open({}, 'http://127.0.0.1:9/v1')))).toEqual([
      502,
      'site_upstream_unreachable',
    ])
  })

  it('count among the streams of their caller, and give their place back', async () => {
    const port = await open({ limits: { addressRate: 'off', callerRate: 'off', callerStreams: 1 } })
    const client = await dialled(port)
    expect(await refusalOf(dial(port))).toEqual([429, 'site_rate_limited'])
    client.close()
    await once(client, 'close')
    await expect.poll(() => lines.filter(({ status }) => status === 101).length).toBe(1)
    const again = await dialled(port)
    again.terminate()
  })

  it('break for the caller when upstream breaks, and are let go upstream when the caller does', async () => {
    const port = await open()
    let arriving = upstream.next()
    const first = await dialled(port)
    const closed = once(first, 'close')
    ;(await arriving).terminate()
    expect((await closed)[0]).toBe(1006)
    arriving = upstream.next()
    const second = await dialled(port)
    const gone = once(await arriving, 'close')
    second.terminate()
    expect((await gone)[0]).toBe(1006)
  })

  it('end after a silence of both sides, and not while one speaks', async () => {
    const port = await open({ idleTimeoutMs: 400 })
    const arriving = upstream.next()
    const client = await dialled(port)
    const server = await arriving
    for (let i = 0; i < 4; i++) {
      await after(150)
      server.ping()
    }
    expect(client.readyState).toBe(WebSocket.OPEN)
    await once(client, 'close')
    await expect.poll(() => lines.at(-1)).toMatchObject({ end: 'broken', cause: 'silent' })
  })

  it('are ended by a closing host at its deadline, and none begins meanwhile', async () => {
    const port = await open()
    const client = await dialled(port)
    const closed = once(client, 'close')
    const [door] = doors.splice(0)
    const closing = door?.close(200)
    await Promise.all([closed, closing])
    expect(client.readyState).toBe(WebSocket.CLOSED)
  })

  it('speak with the demo’s small Realtime API', async () => {
    const demo = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const port = await open({}, demo.url)
    const client = await speakWithDemo(port)
    client.terminate()
    // A plain request to that path is one like any other.
    expect((await call({ port } as TestHost, '/v1/realtime')).status).toBe(404)
    await demo.close()
  })
})
