import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { honestTargets } from '../../unit/gateway/spellings.ts'
import { call, codeOf, exchangeBytes, headOf, openRequest, rawRequest, readToEnd } from './clients.ts'
import { carriers, KEY, startFetchCarrier, startNodeCarrier, type TestHost, TOKEN } from './hosts.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

/** Bytes cut into chunks at random; sizes from nothing to many socket buffers. */
const chunks = fc
  .tuple(
    fc.constantFrom(0, 1, 7, 4096, 70_000, 300_000),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
  )
  .map(([size, cuts]) => {
    const bytes = randomBytes(size)
    const edges = [0, ...cuts.map((cut) => Math.floor(cut * size)).sort((a, b) => a - b), size]
    return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
  })

describe.each(carriers)('%s carrier: bytes', (_, start) => {
  let host: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('relays any body in any chunking unchanged, both ways', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, chunks, fc.boolean(), fc.boolean(), async (up, down, upLength, downLength) => {
        const downBytes = Buffer.concat(down)
        const length = [['content-length', String(downBytes.length)]] as const
        upstream.script(answer.body(down, downLength ? { headers: length } : {}))
        const upBytes = Buffer.concat(up)
        const headers = upLength ? { 'content-length': String(upBytes.length) } : undefined
        const req = openRequest(host, '/v1/files', headers && { headers })
        for (const chunk of up) if (chunk.length > 0) req.write(chunk)
        req.end()
        const received = await upstream.nextRequest()
        const { body, broken } = await readToEnd(await headOf(req))
        expect(broken).toBe(false)
        expect(sha256(body)).toBe(sha256(downBytes))
        expect((await received.digest).sha256).toBe(sha256(upBytes))
      }),
      { numRuns: 120 },
    )
  })

  it('relays text split inside characters, byte by byte', async () => {
    const text = Buffer.from('data: {"t":"你好，世界 👩‍👩‍👧‍👦 é"}\n\n')
    upstream.script(answer.sse(Array.from(text, (byte) => Uint8Array.of(byte))))
    const { body } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect(body.equals(text)).toBe(true)
  })

  it('relays a multipart upload as it was written', async () => {
    const form = new FormData()
    form.set('purpose', 'assistants')
    form.set('file', new Blob([randomBytes(200_000)], { type: 'application/octet-stream' }), '文件.bin')
    const sent = new Request('http://x', { method: 'POST', body: form })
    const type = sent.headers.get('content-type') ?? ''
    const body = Buffer.from(await sent.arrayBuffer())
    const pending = upstream.nextRequest()
    await call(host, '/v1/files', { body, headers: { 'content-type': type } })
    const received = await pending
    expect(received.headers['content-type']).toBe(type)
    expect((await received.digest).sha256).toBe(sha256(body))
  })

  it.each([
    [201, 'Created'],
    [204, 'No Content'],
    [299, 'Strange but true'],
    [304, 'Not Modified'],
    [404, 'Not Found'],
    [429, 'Slow down, please'],
    [529, 'Overloaded'],
  ])('relays status %i %s', async (status, reason) => {
    const body = status === 204 || status === 304 ? '' : 'content-length: 2\r\n\r\nok'
    upstream.script(answer.bytes(`HTTP/1.1 ${status} ${reason}\r\nx-request-id: req_1\r\n${body || '\r\n'}`))
    const { response } = await call(host, '/v1/models')
    expect([response.statusCode, response.statusMessage]).toEqual([status, reason])
    expect(response.headers['x-request-id']).toBe('req_1')
  })

  it('relays a redirect instead of following it', async () => {
    const location = 'https://elsewhere.example/v1/x'
    upstream.script(answer.body('', { status: 302, headers: [['location', location]] }))
    const { status, response } = await call(host, '/v1/files/f/content')
    expect([status, response.headers.location]).toEqual([302, location])
    expect(upstream.received).toHaveLength(1)
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])('relays %s with its body', async (method) => {
    upstream.script(answer.json({ ok: true }))
    const pending = upstream.nextRequest()
    const { status } = await call(host, '/v1/things/1', { method, body: '{"a":1}' })
    const received = await pending
    expect([status, received.method, String(await received.body)]).toEqual([200, method, '{"a":1}'])
  })

  it('relays HEAD with the length of what GET would bring', async () => {
    upstream.script(answer.bytes('HTTP/1.1 200 OK\r\ncontent-length: 12345\r\nx-a: b\r\n\r\n'))
    const { status, response, body } = await call(host, '/v1/files/f/content', { method: 'HEAD' })
    expect([status, response.headers['content-length'], response.headers['x-a']]).toEqual([200, '12345', 'b'])
    expect(body.length).toBe(0)
  })

  it('says which upstream answered and keeps proxies from buffering', async () => {
    const { response } = await call(host, '/v1/models')
    expect(response.headers).toMatchObject({ 'x-tain-upstream': 'test', 'x-accel-buffering': 'no' })
  })

  it('keeps cookies and policies of upstream’s origin off this one', async () => {
    const headers = [
      ['Set-Cookie', '__cf_bm=1; domain=.api.openai.com'],
      ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains; preload'],
      ['Alt-Svc', 'h3=":443"'],
      ['X-Tain-Upstream', 'forged'],
      ['x-request-id', 'req_1'],
    ] as const
    upstream.script(answer.body('ok', { headers }))
    const { response } = await call(host, '/v1/models')
    expect(response.headers).toMatchObject({ 'x-request-id': 'req_1', 'x-tain-upstream': 'test' })
    for (const name of ['set-cookie', 'strict-transport-security', 'alt-svc']) {
      expect(response.headers).not.toHaveProperty(name)
    }
  })
})

/** What a caller may try to smuggle upstream, and what it honestly says. */
const LEAKS = [
  'Cookie: session=secret',
  'X-Forwarded-For: 10.0.0.1',
  'Forwarded: for=10.0.0.1',
  'X-Real-IP: 10.0.0.1',
  'Via: 1.1 proxy',
  'CF-Ray: 1',
  'X-Tain-Address: 10.0.0.1',
  'x-middleware-subrequest: 1',
  'Next-Action: 1',
  'Origin: https://page.example',
  'Referer: https://page.example/secret',
  'Sec-Fetch-Mode: cors',
  'OpenAI-Organization: org-other',
  'TE: trailers',
  'X-Hop: 1',
]
const HONEST = [
  'X-Stainless-Lang: js',
  'x-repeated: 1',
  'X-Repeated: 2',
  'OpenAI-Beta: assistants=v2',
  'Accept: text/event-stream',
  'User-Agent: OpenAI/JS 7.57.0',
  'Accept-Language: zh-CN',
  'X-Latin: caf\u00e9',
]
const asPairs = (lines: readonly string[]) => lines.flatMap((line) => line.split(/: (.*)/s).slice(0, 2))

describe('node carrier: to the byte', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await startNodeCarrier({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('sends upstream exactly the allowed headers, in order and case, and the key', async () => {
    const pending = upstream.nextRequest()
    const connection = 'Connection: close, x-hop'
    const bytes = rawRequest('/v1/models', [...LEAKS, ...HONEST, 'Accept-Encoding: gzip, br', connection])
    await exchangeBytes(host.port, Buffer.from(bytes, 'latin1'))
    const { rawHeaders } = await pending
    expect(rawHeaders).toEqual([
      ...['host', new URL(upstream.url).host, 'connection', 'keep-alive'],
      ...asPairs([...HONEST, 'Accept-Encoding: gzip, br']),
      ...['authorization', `Bearer ${KEY}`],
    ])
  })

  it('never sends the caller’s own credential upstream', async () => {
    const pending = upstream.nextRequest()
    await exchangeBytes(host.port, rawRequest('/v1/models', [`X-Api-Key: ${TOKEN}`, `api-key: ${TOKEN}`]))
    expect(JSON.stringify((await pending).rawHeaders)).not.toContain(TOKEN)
  })

  it('relays path and query byte for byte', async () => {
    const base = new URL(upstream.url).pathname
    for (const target of honestTargets) {
      upstream.script(answer.body('ok'))
      const pending = upstream.nextRequest()
      await exchangeBytes(host.port, Buffer.from(rawRequest(target), 'latin1'))
      expect((await pending).target).toBe(base + target.slice('/v1'.length))
    }
  })

  it('relays the headers of an answer in order, case and number', async () => {
    const head = ['Date: Mon, 01 Jan 2026 00:00:00 GMT', 'X-B: 1', 'x-a: 2', 'X-B: 3', 'X-Latin: caf\u00e9']
    const message = `HTTP/1.1 200 Fine\r\n${head.join('\r\n')}\r\nContent-Length: 2\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\nok`
    upstream.script(answer.bytes(Buffer.from(message, 'latin1')))
    const received = await exchangeBytes(host.port, rawRequest('/v1/models'))
    const added = 'x-accel-buffering: no\r\nx-tain-upstream: test\r\nx-tain-attempts: 1\r\nConnection: close'
    expect(received).toBe(
      `HTTP/1.1 200 Fine\r\n${head.join('\r\n')}\r\nContent-Length: 2\r\n${added}\r\n\r\nok`,
    )
  })

  it('relays a compressed answer as it is', async () => {
    const zipped = gzipSync('{"object":"list"}'.repeat(100))
    upstream.script(answer.body(zipped, { headers: [['content-encoding', 'gzip']] }))
    const { response, body } = await call(host, '/v1/models', { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers['content-encoding']).toBe('gzip')
    expect(body.equals(zipped)).toBe(true)
  })

  it('relays trailers', async () => {
    const message =
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\nx-b: 2\r\nset-cookie: a\r\n\r\n'
    upstream.script(answer.bytes(message))
    const { response, body } = await call(host, '/v1/models')
    expect([String(body), response.trailers]).toEqual(['ok', { 'x-sum': '1', 'x-b': '2' }])
  })

  it('relays a GET with a body', async () => {
    upstream.script(answer.body('ok'))
    const pending = upstream.nextRequest()
    await call(host, '/v1/things', { method: 'GET', body: '{"q":1}' })
    expect(String(await (await pending).body)).toBe('{"q":1}')
  })

  it('asks for an expected body only when it was let in', async () => {
    upstream.script(answer.body('done'))
    const expecting = ['expect: 100-continue', 'content-length: 2']
    const accepted = await exchangeBytes(host.port, `${rawRequest('/v1/files', expecting, 'POST')}ok`)
    expect(accepted).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    const refused = await exchangeBytes(
      host.port,
      rawRequest('/v1/files', [...expecting, 'api-key: no'], 'POST'),
    )
    expect(refused).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })

  it('answers a caller of HTTP/1.0', async () => {
    upstream.script(answer.body(['one', 'two']))
    const bytes = rawRequest('/v1/models').replace('HTTP/1.1', 'HTTP/1.0')
    expect(await exchangeBytes(host.port, bytes)).toMatch(/\r\n\r\nonetwo$/)
  })
})

describe('fetch carrier: what fetch cannot relay', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await startFetchCarrier({ upstreamUrl: upstream.url, maxBodyBytes: 100_000 })
  })
  afterAll(() => host.close())

  it('sends upstream the allowed headers, and what fetch adds by itself', async () => {
    const pending = upstream.nextRequest()
    const bytes = rawRequest('/v1/models', [
      ...LEAKS,
      ...HONEST,
      'Accept-Encoding: gzip',
      'Connection: x-hop',
    ])
    await exchangeBytes(host.port, Buffer.from(bytes, 'latin1'))
    const { host: _, ...headers } = (await pending).headers
    expect(headers).toEqual({
      connection: 'keep-alive',
      'x-stainless-lang': 'js',
      'x-repeated': '1, 2',
      'openai-beta': 'assistants=v2',
      accept: 'text/event-stream',
      'user-agent': 'OpenAI/JS 7.57.0',
      'accept-language': 'zh-CN',
      'x-latin': 'caf\u00e9',
      authorization: `Bearer ${KEY}`,
      'accept-encoding': 'identity',
      'sec-fetch-mode': 'cors',
    })
  })

  it('refuses an answer that is compressed all the same', async () => {
    const zipped = gzipSync('{"object":"list"}'.repeat(100)).subarray(0, 20)
    upstream.script(answer.body(zipped, { headers: [['content-encoding', 'gzip']] }))
    const { status, body } = await call(host, '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_encoding'])
  })

  it('refuses the body of a GET instead of losing it', async () => {
    const { status, body } = await call(host, '/v1/things', { method: 'GET', body: 'q' })
    expect([status, codeOf(body), upstream.received.length]).toEqual([400, 'site_bad_request', 0])
  })

  it('refuses a body that is too large by its own account before upstream is asked', async () => {
    const { status, body } = await call(host, '/v1/files', { body: randomBytes(100_001) })
    expect([status, codeOf(body), upstream.received.length]).toEqual([413, 'site_body_too_large', 0])
  })

  it('refuses a body that turns out too large, and never completes it upstream', async () => {
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'transfer-encoding': 'chunked' } })
    req.write(randomBytes(60_000))
    const received = await pending
    req.end(randomBytes(60_000))
    const { body } = await readToEnd(await headOf(req))
    expect(codeOf(body)).toBe('site_body_too_large')
    await expect(received.digest).rejects.toThrow()
  })

  it('lets through what is exactly as large as allowed', async () => {
    upstream.script(answer.body('ok'))
    const { status } = await call(host, '/v1/files', {
      body: randomBytes(100_000),
      headers: { 'transfer-encoding': 'chunked' },
    })
    expect(status).toBe(200)
  })
})
