import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { createAuthority } from '#tests/support/certificates.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findWorkerd, startWorker, type TestWorker } from '#tests/support/workerd.ts'
import {
  call,
  codeOf,
  exchangeBytes,
  headOf,
  leaveBeforeAnswer,
  openRequest,
  rawRequest,
  readToEnd,
} from '../integration/gateway/clients.ts'
import { type TestHost, TOKEN } from '../integration/gateway/hosts.ts'
import { honestTargets } from '../unit/gateway/spellings.ts'
import { conformance } from './conformance.ts'
import { KEY } from './conforming-host.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const settingsFor = (upstreamUrl: string) => ({
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: upstreamUrl,
  GATEWAY_TOKENS: TOKEN,
})

/** As the tests' clients want a host; what the Worker logs is looked at elsewhere. */
const hostOf = (port: number) => ({ port }) as TestHost

describeWith(findWorkerd(), 'workerd', (program) => {
  conformance('Worker', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
    const worker = await startWorker(program, settingsFor(upstream.url))
    return {
      baseUrl: `http://127.0.0.1:${worker.port}/v1`,
      token: TOKEN,
      upstream,
      log: () => JSON.stringify(worker.lines),
      stop: async () => {
        await worker.stop()
        await upstream.close()
      },
    }
  })
})

describeWith(findWorkerd(), 'Worker: to the byte', (program) => {
  let upstream: DemoUpstream
  let worker: TestWorker
  let host: TestHost
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    worker = await startWorker(program, settingsFor(upstream.url))
    host = hostOf(worker.port)
  })
  afterEach(() => upstream.reset())
  afterAll(async () => {
    await worker.stop()
    await upstream.close()
  })

  it('relays path and query byte for byte', async () => {
    const base = new URL(upstream.url).pathname
    const targets = honestTargets.filter((target) => !target.includes('\u00e5'))
    for (const target of [...targets, "/v1/models/it's?q='&r=it's", '/v1/models?', '/v1/x?a=\\|{}^`']) {
      upstream.script(answer.body('ok'))
      const pending = upstream.nextRequest()
      await exchangeBytes(host.port, rawRequest(target))
      expect((await pending).target).toBe(base + target.slice('/v1'.length))
    }
  })

  it('refuses dot segments that `new URL` would have resolved, in any spelling', async () => {
    for (const target of ['/v1/x/../models', '/v1/x/%2e%2e/models', '/v1/x/..%2fmodels', '/v1/./models']) {
      const text = await exchangeBytes(host.port, rawRequest(target))
      expect(text, target).toMatch(/^HTTP\/1\.1 400 .*"code":"site_bad_path"/s)
    }
    expect(upstream.received).toEqual([])
  })

  it.each([
    ['a fragment, which workerd cuts off', '/v1/models#x', 200],
    ['a query with characters beyond ASCII', '/v1/models?q=\u00e5', 400],
    ['a query with quotes', '/v1/models?q="', 400],
  ])('leaves to workerd: %s', async (_what, target, status) => {
    const text = await exchangeBytes(host.port, Buffer.from(rawRequest(target), 'latin1'))
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(upstream.received.map((received) => received.target)).toEqual(status === 200 ? ['/v1/models'] : [])
  })

  it.each([0, 1, 4096, 300_000, 5_000_000])('relays %i bytes unchanged, with their length', async (size) => {
    const [up, down] = [randomBytes(size), randomBytes(size)]
    const length = [['content-length', String(size)]] as const
    upstream.script(answer.body(down, { headers: length }))
    const pending = upstream.nextRequest()
    const { response, body } = await call(host, '/v1/files', {
      body: up,
      headers: { 'content-length': String(size) },
    })
    const received = await pending
    expect([sha256(body), (await received.digest).sha256]).toEqual([sha256(down), sha256(up)])
    expect(response.headers['content-length']).toBe(String(size))
    expect(received.headers['content-length']).toBe(String(size))
  })

  it('relays chunks as chunks', async () => {
    upstream.script(answer.body(['one', 'two']))
    const pending = upstream.nextRequest()
    const headers = { 'transfer-encoding': 'chunked' }
    const { response, body } = await call(host, '/v1/files', { body: 'abc', headers })
    expect([String(body), response.headers['content-length']]).toEqual(['onetwo', undefined])
    expect((await pending).headers).toMatchObject({ 'transfer-encoding': 'chunked' })
  })

  it('sends upstream the allowed headers and not one more', async () => {
    const pending = upstream.nextRequest()
    const lines = [
      'X-Repeated: 1',
      'x-repeated: 2',
      'OpenAI-Beta: b',
      'X-Text: 你好',
      'Accept-Encoding: gzip',
    ]
    await exchangeBytes(
      host.port,
      rawRequest('/v1/models', [...lines, 'Cookie: a=1', 'CF-Ray: 1', 'TE: trailers']),
    )
    const { host: _, ...headers } = (await pending).headers
    expect(headers).toEqual({
      authorization: `Bearer ${KEY}`,
      'accept-encoding': 'identity',
      'openai-beta': 'b',
      'x-repeated': '1, 2',
      'x-text': Buffer.from('你好').toString('latin1'),
    })
  })

  it('refuses a header that it would change', async () => {
    const bytes = Buffer.from(rawRequest('/v1/models', ['X-Latin: caf\u00e9']), 'latin1')
    expect(await exchangeBytes(host.port, bytes)).toMatch(/^HTTP\/1\.1 400 .*"code":"site_bad_request"/s)
    expect(upstream.received).toEqual([])
  })

  it('tells with HEAD how long the answer to GET would be', async () => {
    upstream.script(answer.bytes('HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n\r\n'))
    const { response, body } = await call(host, '/v1/files/f/content', { method: 'HEAD' })
    expect([response.headers['content-length'], body.length]).toEqual(['12345', 0])
  })

  it('refuses the body of a GET instead of losing it', async () => {
    const { status, body } = await call(host, '/v1/things', { method: 'GET', body: 'q' })
    expect([status, codeOf(body), upstream.received.length]).toEqual([400, 'site_bad_request', 0])
  })

  it('passes on the head before there is a body', async () => {
    const release = Promise.withResolvers<void>()
    async function* events() {
      await release.promise
      yield 'data: 1\n\n'
    }
    upstream.script(answer.sse(events()))
    const req = openRequest(host, '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    release.resolve()
    expect(String((await readToEnd(response)).body)).toBe('data: 1\n\n')
  })

  it('passes on an upload as it comes: upstream answers before its end', async () => {
    upstream.script({ ...answer.body(['early']), reading: 'along' })
    const req = openRequest(host, '/v1/files')
    req.write('first')
    const response = await headOf(req)
    expect(String((await once(response, 'data'))[0])).toBe('early')
    req.end('last')
    expect((await readToEnd(response)).broken).toBe(false)
  })

  it('does not take a reset for the end of an answer without length and chunks', async () => {
    const when = Promise.withResolvers<void>()
    const half = 'HTTP/1.1 200 OK\r\n\r\nhalf'
    upstream.script({
      ...answer.bytes(`${half} an answer`),
      cut: { how: 'reset', afterBytes: half.length, when: when.promise },
    })
    const req = openRequest(host, '/v1/models', { method: 'GET' })
    req.end()
    const response = await headOf(req)
    const rest = readToEnd(response)
    when.resolve()
    expect((await rest).broken).toBe(true)
  })

  it('refuses a compressed answer, which it could not relay as it is', async () => {
    upstream.script(answer.body(gzipSync('{}'), { headers: [['content-encoding', 'gzip']] }))
    const { status, body } = await call(host, '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_encoding'])
  })

  it('loses trailers, and nothing else of the answer', async () => {
    const message = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n'
    upstream.script(answer.bytes(message))
    const { response, body, broken } = await call(host, '/v1/models')
    expect([String(body), response.trailers, broken]).toEqual(['ok', {}, false])
  })

  it('breaks where an answer ends before its announced length', async () => {
    upstream.script(answer.bytes('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'))
    const { body, broken } = await call(host, '/v1/files/f/content')
    expect(['half'.startsWith(String(body)), broken]).toEqual([true, true])
  })

  it('never completes upstream an upload that the caller broke off', async () => {
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'content-length': '1000000' } })
    req.on('error', () => {})
    req.write(randomBytes(100_000))
    const received = await pending
    req.destroy()
    await expect(received.digest).rejects.toThrow()
  })

  it('upgrades to nothing but a WebSocket, instead of asking upstream for something else', async () => {
    const text = await exchangeBytes(
      host.port,
      rawRequest('/v1/models', ['upgrade: h2c', 'connection: upgrade']),
    )
    expect(text).not.toMatch(/^HTTP\/1\.1 101/)
    expect(upstream.received.map(({ headers }) => headers.upgrade)).not.toContain('h2c')
  })

  it.each(['TRACE', 'TRACK'])('does not relay %s', async (method) => {
    expect(await exchangeBytes(host.port, rawRequest('/v1/models', [], method))).toMatch(
      /^HTTP\/1\.1 [45]0[15] /,
    )
    expect(upstream.received).toEqual([])
  })

  it('logs a request whose caller left before the answer, and lets upstream go', async () => {
    const line = worker.nextLine()
    await leaveBeforeAnswer(host, upstream)
    expect(await line).toMatchObject({ route: '/v1/chat', status: 499, end: 'left' })
  })

  it('notices without its edge at the next chunk only that a caller left', async () => {
    const left = Promise.withResolvers<void>()
    async function* events() {
      yield 'data: 1\n\n'
      await left.promise
      while (true) {
        yield 'data: 2\n\n'
        await new Promise(setImmediate)
      }
    }
    upstream.script(answer.sse(events()))
    const pending = upstream.nextRequest()
    const req = openRequest(hostOf(worker.directPort), '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    response.on('error', () => {})
    await once(response, 'data')
    req.destroy()
    left.resolve()
    expect(await (await pending).closed).toBe('aborted')
  })

  it('serves many callers at once out of one gateway', async () => {
    const all = await Promise.all(Array.from({ length: 32 }, () => call(host, '/v1/models')))
    expect(all.map(({ status }) => status)).toEqual(Array(32).fill(200))
  })
})

describeWith(findWorkerd(), 'Worker: settings', (program) => {
  async function answerWith(settings: Record<string, string>) {
    const worker = await startWorker(program, settings)
    try {
      const { status, body } = await call(hostOf(worker.port), '/v1/models')
      return { status, code: codeOf(body), said: body.toString(), logged: JSON.stringify(worker.lines) }
    } finally {
      await worker.stop()
    }
  }

  it('says 503 without an upstream', async () => {
    expect(await answerWith({ GATEWAY_TOKENS: TOKEN })).toMatchObject({
      status: 503,
      code: 'site_no_upstream',
    })
  })

  it('is a relay when it has a secret and no key: the caller’s own key goes on', async () => {
    const upstream = await createDemoUpstream({ requireKey: KEY })
    onTestFinished(() => upstream.close())
    const secret = 'relay-secret-0123456789abcdef'
    const worker = await startWorker(program, { OPENAI_BASE_URL: upstream.url, RELAY_SECRET: secret })
    onTestFinished(() => worker.stop())
    const own = { authorization: `Bearer ${KEY}` }
    const [stranger, member] = [own, { ...own, 'x-tain-relay-secret': secret }].map((headers) =>
      call(hostOf(worker.port), '/v1/models', { headers }),
    )
    expect([(await stranger)?.status, (await member)?.status]).toEqual([401, 200])
    expect(upstream.received.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`])
  })

  it('says 500 with a wrong setting, names it in the log and gives no secret away', async () => {
    const { status, code, said, logged } = await answerWith({
      OPENAI_API_KEY: 'canary key',
      GATEWAY_TOKENS: TOKEN,
    })
    expect([status, code]).toEqual([500, 'site_internal'])
    expect(said).not.toContain('OPENAI_API_KEY')
    expect(logged).toContain('OPENAI_API_KEY must be')
    expect(logged + said).not.toContain('canary key')
  })

  it('says 502, and does not give the key away, when upstream’s certificate is nobody’s', async () => {
    const authority = await createAuthority()
    onTestFinished(authority.remove)
    const certificate = await authority.issue('localhost')
    const seen: string[] = []
    const impostor = createServer(certificate, (socket) => {
      socket.on('data', (data) => seen.push(String(data)))
      socket.on('error', () => {})
    })
    onTestFinished(() => void impostor.close())
    impostor.listen(0, '127.0.0.1')
    await once(impostor, 'listening')
    // A server that listens on TCP has an AddressInfo.
    const { port } = impostor.address() as AddressInfo
    const { status, code } = await answerWith(settingsFor(`https://localhost:${port}/v1`))
    expect([status, code, seen]).toEqual([502, 'site_upstream_unreachable', []])
  })
})

describeWith(findWorkerd(), 'Worker: limits across isolates', (program) => {
  let upstream: DemoUpstream
  let worker: TestWorker
  let here: TestHost
  let there: TestHost
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const limits = { ADDRESS_RATE: '1/h', ADDRESS_BURST: '4', CALLER_STREAMS: '2' }
    worker = await startWorker(program, { ...settingsFor(upstream.url), ...limits })
    here = hostOf(worker.port)
    there = hostOf(worker.otherPort)
  })
  afterAll(async () => {
    await worker.stop()
    await upstream.close()
  })

  it('lets through as many as the limit says, wherever they are asked for', async () => {
    const statusesOf = async (times: number, address: string) => {
      const statuses: unknown[] = []
      const headers = { authorization: 'Bearer wrong', 'cf-connecting-ip': address }
      for (let i = 0; i < times; i++) {
        statuses.push((await call(i % 2 ? there : here, '/v1/models', { headers })).status)
      }
      return statuses
    }
    expect(await statusesOf(8, '203.0.113.7')).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    expect(await statusesOf(2, '203.0.113.8')).toEqual([401, 401])
    expect(JSON.stringify(worker.lines)).not.toContain('limits_local')
  })

  it('counts running streams together, and has the places back when they end or their callers leave', async () => {
    const last = Promise.withResolvers<void>()
    async function* events() {
      yield 'data: 1\n\n'
      await last.promise
      yield 'data: 2\n\n'
    }
    const begin = async (host: TestHost) => {
      upstream.script(answer.sse(events()))
      const req = openRequest(host, '/v1/chat/completions')
      req.on('error', () => {}).end('{}')
      return { req, response: await headOf(req) }
    }
    const [left, read] = [await begin(here), await begin(there)]
    const statusOf = async (host: TestHost) => (await call(host, '/v1/models')).status
    expect([await statusOf(here), await statusOf(there)]).toEqual([429, 429])
    left.response.on('error', () => {})
    left.req.destroy()
    await expect.poll(() => statusOf(there), { timeout: 20_000 }).toBe(200)
    const again = await begin(here)
    expect(await statusOf(there)).toBe(429)
    last.resolve()
    await Promise.all([readToEnd(read.response), readToEnd(again.response)])
    await expect.poll(() => statusOf(here), { timeout: 20_000 }).toBe(200)
  })
})
