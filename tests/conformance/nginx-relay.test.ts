import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest'
import { parseUpstreams } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, type TestNginx } from '#tests/support/nginx.ts'
import { hostOf, member, SECRET, startRelay } from '#tests/support/nginx-relay.ts'
import { freePort } from '#tests/support/ports.ts'
import {
  call,
  codeOf,
  exchangeBytes,
  headOf,
  openRequest,
  rawRequest,
  readToEnd,
} from '../integration/gateway/clients.ts'
import { startNodeCarrier, type TestHost, TOKEN } from '../integration/gateway/hosts.ts'
import { honestTargets, spellings } from '../unit/gateway/spellings.ts'
import { conformance } from './conformance.ts'
import { KEY } from './conforming-host.ts'

const nginx = await findNginx()
const memberLine = `x-tain-relay-secret: ${SECRET}`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describeWith(nginx, 'nginx relay behind a gateway', (program) => {
  conformance('gateway and relay', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
    const relay = await startRelay(program, upstream.url)
    const host = await startNodeCarrier({
      upstreams: parseUpstreams(`relay=${relay.url}/v1`),
      keys: [{ account: 'a', secret: KEY }],
      relaySecret: SECRET,
    })
    return {
      baseUrl: `${host.origin}/v1`,
      token: TOKEN,
      upstream,
      log: async () =>
        JSON.stringify(host.lines) + (await readFile(path.join(relay.root, 'relay.log'), 'utf8')),
      stop: async () => {
        await host.close()
        await relay.stop()
        await upstream.close()
      },
    }
  })
})

describeWith(nginx, 'nginx relay: what it passes on', (program) => {
  let upstream: DemoUpstream
  let relay: TestNginx
  let host: TestHost
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    relay = await startRelay(program, upstream.url)
    host = hostOf(relay.port)
  })
  afterEach(() => upstream.reset())
  afterAll(async () => {
    await relay.stop()
    await upstream.close()
  })

  it('relays path and query byte for byte', async () => {
    for (const target of [...honestTargets, "/v1/models/it's?q='&r=it's", '/v1/models?']) {
      upstream.script(answer.body('ok'))
      const pending = upstream.nextRequest()
      await exchangeBytes(relay.port, Buffer.from(rawRequest(target, [memberLine]), 'latin1'))
      expect((await pending).target).toBe(target)
    }
  })

  it('answers every spelling of the corpus with OpenAI’s API, 400 or 404', async () => {
    for (const spelling of spellings) {
      const before = upstream.received.length
      const text = await exchangeBytes(relay.port, Buffer.from(rawRequest(spelling, [memberLine]), 'latin1'))
      const relayed = upstream.received.slice(before).map(({ target }) => target)
      if (relayed.length === 0) {
        expect(text, spelling).toMatch(/^HTTP\/1\.1 40[04] .*"code":"site_/s)
        continue
      }
      // In absolute form the authority is the relay's business; a fragment is cut off.
      const expected = spelling.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/#.*/, '')
      expect(relayed, spelling).toEqual([expected])
      expect(spelling.toLowerCase()).not.toMatch(/\/v1\/(?:organizations?|projects)(?![\w-])/)
    }
  })

  it('sends the caller’s key, and nothing that is nobody’s business there', async () => {
    const leaks = [
      ...[
        'Cookie: a=1',
        'X-Forwarded-For: 10.0.0.1',
        'X-Forwarded-Proto: https',
        'Forwarded: for=1',
        'Via: 1.1 p',
      ],
      ...['X-Real-IP: 10.0.0.1', 'CF-Ray: 1', 'CF-Connecting-IP: 10.0.0.1', 'X-HTTP-Method-Override: DELETE'],
      ...[
        'Origin: https://page.example',
        'Referer: https://page.example/',
        'Sec-Fetch-Mode: cors',
        'TE: trailers',
      ],
      ...[
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP',
        'X-Tain-Fallback: on',
        'Proxy-Authorization: Basic eA==',
      ],
    ]
    const honest = [
      'OpenAI-Organization: org-mine',
      'OpenAI-Beta: b',
      'X-Repeated: 1',
      'X-Repeated: 2',
      'X-Latin: caf\u00e9',
    ]
    const pending = upstream.nextRequest()
    const bytes = rawRequest('/v1/models', [memberLine, ...leaks, ...honest, 'Accept-Encoding: gzip'])
    await exchangeBytes(relay.port, Buffer.from(bytes, 'latin1'))
    const { rawHeaders } = await pending
    expect(rawHeaders).toEqual([
      ...['Host', new URL(upstream.url).host],
      ...['authorization', `Bearer ${TOKEN}`],
      ...honest.flatMap((line) => line.split(': ')),
      ...['Accept-Encoding', 'gzip'],
    ])
  })

  it('relays an answer’s headers but those about the API’s own origin', async () => {
    const head = [
      'Date: Mon, 01 Jan 2026 00:00:00 GMT',
      'Server: api',
      'X-B: 1',
      'x-a: 2',
      'X-B: 3',
      'x-request-id: r',
    ]
    const hidden = [
      'Set-Cookie: a=1',
      'Strict-Transport-Security: max-age=1',
      'Alt-Svc: h3=":443"',
      'X-Accel-Redirect: /v1/x',
    ]
    upstream.script(
      answer.bytes(
        `HTTP/1.1 429 Slow\r\n${[...head, ...hidden].join('\r\n')}\r\nContent-Length: 2\r\n\r\nok`,
      ),
    )
    const text = await exchangeBytes(relay.port, rawRequest('/v1/models', [memberLine]))
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('HTTP/1.1 429 Slow')
    for (const line of head) expect(lines).toContain(line)
    expect(text).not.toMatch(/set-cookie|strict-transport|alt-svc|x-accel-redirect/i)
    expect(text).toMatch(/x-tain-upstream: relay\r\n.*\r\n\r\nok$/s)
  })

  it.each([0, 1, 100_000, 5_000_000])(
    'relays %i bytes unchanged both ways, with and without length',
    async (size) => {
      for (const [name, value] of [
        ['content-length', String(size)],
        ['transfer-encoding', 'chunked'],
      ] as const) {
        const [up, down] = [randomBytes(size), randomBytes(size)]
        upstream.script(answer.body([down]))
        const pending = upstream.nextRequest()
        const { body, broken } = await call(host, '/v1/files', {
          body: up,
          headers: { ...member, [name]: value },
        })
        expect([sha256(body), broken]).toEqual([sha256(down), false])
        expect((await (await pending).digest).sha256).toBe(sha256(up))
      }
    },
  )

  it('passes on the head before there is a body, and each event when it comes', async () => {
    let next = Promise.withResolvers<string | undefined>()
    async function* events() {
      for (;;) {
        const event = await next.promise
        if (event === undefined) return
        next = Promise.withResolvers()
        yield event
      }
    }
    upstream.script(answer.sse(events()))
    const req = openRequest(host, '/v1/chat/completions', { headers: member })
    req.end('{}')
    const response = await headOf(req)
    for (const event of ['data: 1\n\n', 'data: 半', '句\n\n']) {
      const arriving = once(response, 'data')
      next.resolve(event)
      // Upstream writes nothing more before this has arrived.
      expect(String((await arriving)[0])).toBe(event)
    }
    next.resolve(undefined)
    expect((await readToEnd(response)).broken).toBe(false)
  })

  it('passes on an upload as it comes: upstream answers before its end', async () => {
    upstream.script({ ...answer.body(['early']), reading: 'along' })
    const req = openRequest(host, '/v1/files', { headers: member })
    req.write('first')
    const response = await headOf(req)
    expect(String((await once(response, 'data'))[0])).toBe('early')
    req.end('last')
    expect((await readToEnd(response)).broken).toBe(false)
  })

  it.each([
    ['before the answer', fault.silence()],
    ['in the middle of it', { ...answer.sse(['data: 1\n\n']), ...fault.stall({ afterChunks: 1 }) }],
  ])('lets upstream go when the caller leaves %s', async (_when, step) => {
    upstream.script(step)
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/chat/completions', { headers: member })
    req.on('error', () => {})
    req.end('{}')
    const received = await pending
    if ('respond' in step) {
      const response = await headOf(req)
      response.on('error', () => {})
      await once(response, 'data')
    }
    req.destroy()
    expect(await received.closed).toBe('aborted')
  })

  it.each([
    [
      'resets',
      { ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.resetMidStream({ afterChunks: 1 }) },
    ],
    [
      'closes',
      { ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.closeMidStream({ afterChunks: 1 }) },
    ],
    ['ends too early', answer.bytes('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')],
  ])('breaks off where upstream %s', async (_how, step) => {
    upstream.script(step)
    const { broken } = await call(host, '/v1/chat/completions', { body: '{}', headers: member })
    expect(broken).toBe(true)
  })

  it('writes nothing into its log that a caller said', async () => {
    const headers = { ...member, 'user-agent': 'canary', 'x-canary': 'canary' }
    await call(host, '/v1/canary/canary-id?canary=1', { body: 'canary', headers })
    await call(host, '/v1/files/file-canary', { headers })
    const log = await readFile(path.join(relay.root, 'relay.log'), 'utf8')
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.slice(-2).map(({ route }) => route)).toEqual(['/v1/*', '/v1/files'])
    for (const word of ['canary', SECRET, TOKEN]) expect(log).not.toContain(word)
  })
})

describeWith(nginx, 'nginx relay: what it refuses', (program) => {
  let upstream: DemoUpstream
  let relay: TestNginx
  let host: TestHost
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    relay = await startRelay(program, upstream.url, { MAX_BODY: '100k', UPSTREAM_IDLE_TIMEOUT: '300ms' })
    host = hostOf(relay.port)
  })
  afterEach(() => upstream.reset())
  afterAll(async () => {
    await relay.stop()
    await upstream.close()
  })

  const wrong = `${SECRET.slice(0, -1)}0`
  it.each([
    ['no secret', '/v1/models', {}, 401, 'site_unauthorized'],
    ['a wrong secret', '/v1/models', { 'x-tain-relay-secret': wrong }, 401, 'site_unauthorized'],
    ['a scanner', '/v1/models', { 'user-agent': 'curl/8.5.0' }, 403, 'site_user_agent_denied'],
    ['administration', '/v1/organization/admin_api_keys', member, 404, 'site_path_denied'],
    ['administration in another spelling', '/v1/%70rojects', member, 404, 'site_path_denied'],
    ['a path that leads elsewhere', '/v1/x/%2e%2e/%2e%2e/healthz', member, 404, 'site_path_denied'],
    ['another path', '/healthz', member, 404, 'site_path_denied'],
    ['a path that leaves', '/v1/x/%2e%2e/models', member, 400, 'site_bad_path'],
    [
      'headers without measure',
      '/v1/models',
      { ...member, 'x-a': 'a'.repeat(40_000) },
      431,
      'site_headers_too_large',
    ],
  ])('%s', async (_what, target, headers, status, code) => {
    const { response, body } = await call(host, target, { headers })
    expect([response.statusCode, codeOf(body)]).toEqual([status, code])
    expect(response.headers['content-type']).toBe('application/json')
    expect(JSON.parse(String(body)).error).toEqual({
      message: expect.any(String),
      type: status === 401 ? 'authentication_error' : 'invalid_request_error',
      param: null,
      code,
    })
    expect(upstream.received).toEqual([])
  })

  it('serves what calls itself a scanner when it knows the secret', async () => {
    const { status } = await call(host, '/v1/models', { headers: { ...member, 'user-agent': 'curl/8.5.0' } })
    expect(status).toBe(200)
  })

  it('TRACE, whose answer would show the key', async () => {
    const text = await exchangeBytes(relay.port, rawRequest('/v1/models', [memberLine], 'TRACE'))
    expect(text).toMatch(/^HTTP\/1\.1 405 .*"code":"site_method_denied"/s)
  })

  it('an upload above the limit, told or not; upstream never has it whole', async () => {
    const body = randomBytes(200_000)
    const told = await call(host, '/v1/files', { body, headers: { ...member, 'content-length': '200000' } })
    expect([told.status, codeOf(told.body), upstream.received.length]).toEqual([
      413,
      'site_body_too_large',
      0,
    ])
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { ...member, 'transfer-encoding': 'chunked' } })
    req.on('error', () => {})
    req.write(body.subarray(0, 50_000))
    const received = await pending
    req.end(body)
    await expect(received.digest).rejects.toThrow()
  })

  it.each([
    ['resets', fault.resetBeforeHeaders(), 502, 'site_upstream_unreachable'],
    ['hangs up', fault.closeBeforeHeaders(), 502, 'site_upstream_unreachable'],
    ['stays silent', fault.silence(), 504, 'site_upstream_timeout'],
  ])('says so when upstream %s', async (_what, step, status, code) => {
    upstream.script({ ...step, times: 2 })
    const { response, body } = await call(host, '/v1/chat/completions', { body: '{}', headers: member })
    expect([response.statusCode, codeOf(body)]).toEqual([status, code])
    expect(upstream.received).toHaveLength(1)
  })

  it('passes on what is not HTTP without making it look like an answer', async () => {
    upstream.script(answer.bytes('SSH-2.0-OpenSSH_9.9\r\n\r\n'))
    const text = await exchangeBytes(relay.port, rawRequest('/v1/models', [memberLine]))
    expect(text).not.toMatch(/^HTTP\/1\.1 2/)
  })

  it('says so when nobody listens', async () => {
    const lonely = await startRelay(program, `http://127.0.0.1:${await freePort()}`)
    onTestFinished(lonely.stop)
    const { status, body } = await call(hostOf(lonely.port), '/v1/models', { headers: member })
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
  })

  it('relays upstream’s own errors as they are', async () => {
    for (const [step, status, code] of [
      [fault.invalidKey(), 401, 'invalid_api_key'],
      [fault.rateLimited(), 429, 'rate_limit_exceeded'],
      [fault.serverError(503), 503, 'server_is_overloaded'],
    ] as const) {
      upstream.script(step)
      const { response, body } = await call(host, '/v1/models', { headers: member })
      expect([response.statusCode, codeOf(body)]).toEqual([status, code])
    }
  })
})
