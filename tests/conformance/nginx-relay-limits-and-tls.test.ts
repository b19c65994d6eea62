import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { type Authority, createAuthority } from '#tests/support/certificates.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx } from '#tests/support/nginx.ts'
import { hostOf, member, SECRET, startRelay } from '#tests/support/nginx-relay.ts'
import { renderRelay } from '../../deploy/nginx/render.ts'
import { call, codeOf, rawRequest } from '../integration/gateway/clients.ts'
import { TOKEN } from '../integration/gateway/hosts.ts'

const nginx = await findNginx()
const memberLine = `x-tain-relay-secret: ${SECRET}`

describeWith(nginx, 'nginx relay: limits', (program) => {
  let upstream: DemoUpstream
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  })
  afterAll(() => upstream.close())

  async function statusesWith(settings: Record<string, string>, count: number) {
    const relay = await startRelay(program, upstream.url, settings)
    onTestFinished(relay.stop)
    const answers = []
    for (let i = 0; i < count; i++)
      answers.push(await call(hostOf(relay.port), '/v1/models', { headers: member }))
    return { statuses: answers.map(({ status }) => status), last: answers.at(-1) }
  }

  it('serves the article’s burst at once, and then says when to come again', async () => {
    // One a minute gives nothing back while the test runs; the burst is the article's.
    const { statuses, last } = await statusesWith({ ADDRESS_RATE: '1/m', ADDRESS_BURST: '20' }, 23)
    expect(statuses).toEqual([...Array(21).fill(200), 429, 429])
    expect(last?.response.headers['retry-after']).toBe('60')
    expect(codeOf(last?.body ?? Buffer.of())).toBe('site_rate_limited')
  })

  it('limits 60 a minute unless told otherwise', () => {
    const text = renderRelay({ RELAY_SECRET: SECRET, LISTEN: '127.0.0.1:1' })
    expect(text).toContain('rate=60r/m;')
    expect(text).toContain('limit_req zone=tain_relay burst=20 nodelay;')
  })

  it('does not limit networks that are named', async () => {
    const settings = { ADDRESS_RATE: '1/m', ADDRESS_BURST: '0', UNLIMITED_FROM: '127.0.0.0/8' }
    expect((await statusesWith(settings, 5)).statuses).toEqual(Array(5).fill(200))
  })
})

async function listen<T extends Server | ReturnType<typeof createTlsServer>>(server: T): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo.
  return (server.address() as AddressInfo).port
}

describeWith(nginx, 'nginx relay: connections', (program) => {
  it('uses one connection to upstream again and again', async () => {
    let connections = 0
    const server = createHttpServer((_req, res) => res.end('ok')).on('connection', () => connections++)
    const relay = await startRelay(program, `http://127.0.0.1:${await listen(server)}`)
    onTestFinished(relay.stop)
    for (let i = 0; i < 5; i++) {
      expect((await call(hostOf(relay.port), '/v1/models', { headers: member })).status).toBe(200)
    }
    expect(connections).toBe(1)
    server.close()
  })

  it('opens WebSockets, which pass bytes both ways and carry the caller’s key', async () => {
    const server = createHttpServer()
    server.on('upgrade', (req, socket) => {
      const { authorization, upgrade, connection } = req.headers
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')
      socket.write(JSON.stringify([req.url, authorization, upgrade, connection]))
      socket.on('data', (data) => socket.end(`echo ${data}`))
    })
    const relay = await startRelay(program, `http://127.0.0.1:${await listen(server)}`)
    onTestFinished(relay.stop)
    const socket = connect(relay.port, '127.0.0.1')
    const handshake = [memberLine, 'upgrade: WebSocket', 'sec-websocket-key: x', 'sec-websocket-version: 13']
    const head = rawRequest('/v1/realtime?model=m', handshake)
    socket.write(head.replace('connection: close', 'connection: upgrade'))
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    while (!text.endsWith(']')) await once(socket, 'data')
    expect(text).toMatch(/^HTTP\/1\.1 101 /)
    expect(text).toContain(
      JSON.stringify(['/v1/realtime?model=m', `Bearer ${TOKEN}`, 'websocket', 'upgrade']),
    )
    socket.write('frame')
    await once(socket, 'end')
    expect(text).toMatch(/echo frame$/)
    server.close()
  })
})

describeWith(nginx, 'nginx relay: TLS', (program) => {
  let authority: Authority
  beforeAll(async () => {
    authority = await createAuthority()
  })
  afterAll(() => authority.remove())

  /** An API at localhost that shows a certificate for `name`, and what it heard. */
  async function startApi(name: string) {
    const heard: string[] = []
    const names: (string | false)[] = []
    const server = createTlsServer(await authority.issue(name), (socket) => {
      names.push(socket.servername ?? false)
      socket.on('error', () => {})
      socket.on('data', (data) => {
        heard.push(String(data))
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      })
    })
    const port = await listen(server)
    return { heard, names, url: `https://localhost:${port}`, close: () => server.close() }
  }

  it('tells the API its name, checks its certificate, and then its key is heard', async () => {
    const api = await startApi('localhost')
    const relay = await startRelay(program, api.url, { CA_FILE: authority.file })
    onTestFinished(relay.stop)
    const { status } = await call(hostOf(relay.port), '/v1/models', { headers: member })
    expect([status, api.names]).toEqual([200, ['localhost']])
    expect(api.heard.join('')).toContain(`Bearer ${TOKEN}`)
    api.close()
  })

  it.each([
    ['a certificate for another name', 'other.example', true],
    ['a certificate of an authority nobody knows', 'localhost', false],
  ])('says 502 to %s, and no key is heard', async (_what, name, isKnown) => {
    const api = await startApi(name)
    const stranger = await createAuthority()
    onTestFinished(stranger.remove)
    const relay = await startRelay(program, api.url, { CA_FILE: isKnown ? authority.file : stranger.file })
    onTestFinished(relay.stop)
    const { status, body } = await call(hostOf(relay.port), '/v1/models', { headers: member })
    expect([status, codeOf(body), api.heard]).toEqual([502, 'site_upstream_unreachable', []])
    api.close()
  })

  it('serves TLS 1.2 and 1.3 and HTTP/2, and nothing older', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const { certFile, keyFile } = await authority.issue('relay.example')
    const relay = await startRelay(program, upstream.url, { TLS_CERTIFICATE: certFile, TLS_KEY: keyFile })
    onTestFinished(relay.stop)
    const ca = await readFile(authority.file)
    const at = { port: relay.port, host: '127.0.0.1', servername: 'relay.example', ca }
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = connectTls({ ...at, minVersion: version, maxVersion: version })
      await once(socket, 'secureConnect')
      expect([socket.getProtocol(), socket.authorized]).toEqual([version, true])
      socket.destroy()
    }
    const old = connectTls({
      ...at,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    await expect(once(old, 'secureConnect')).rejects.toThrow()

    const session = connectHttp2(`https://127.0.0.1:${relay.port}`, { servername: 'relay.example', ca })
    const stream = session.request({ ':path': '/v1/models', authorization: `Bearer ${TOKEN}`, ...member })
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(200)
    session.destroy()
    await upstream.close()
  })
})
