import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { freePort } from '../../support/ports.ts'
import {
  bearer,
  call,
  codeOf,
  exchangeBytes,
  headOf,
  leaveBeforeAnswer,
  openRequest,
  rawRequest,
  readToEnd,
} from './clients.ts'
import { carriers, KEY, startNodeCarrier, type TestHost } from './hosts.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

/** Long enough for a busy machine to get a head across, which the tests of silence need first. */
const IDLE_MS = 1000
const events = ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']

describe.each(carriers)('%s carrier: upstream misbehaves', (_, start) => {
  let host: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it.each([
    ['reset', fault.resetMidStream],
    ['closed', fault.closeMidStream],
  ])('delivers what came before a stream was %s, and then no end', async (_how, broken) => {
    upstream.script({ ...answer.sse(events), ...broken({ afterChunks: 2 }) })
    const line = host.nextLine()
    const { body, broken: isBroken } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect(isBroken).toBe(true)
    expect(events.join('').startsWith(body.toString())).toBe(true)
    expect(body.toString()).not.toContain('[DONE]')
    expect(await line).toMatchObject({ end: 'broken', status: 200, cause: expect.any(String) })
  })

  it('breaks where an answer ends before its announced length', async () => {
    upstream.script(answer.bytes('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'))
    const { broken } = await call(host, '/v1/files/f/content')
    expect(broken).toBe(true)
  })

  it.each([
    ['resets', fault.resetBeforeHeaders],
    ['hangs up', fault.closeBeforeHeaders],
  ])('says 502 when upstream %s before it answers', async (_how, broken) => {
    upstream.script(broken())
    const { status, body } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
  })

  it('relays upstream’s own errors as they are', async () => {
    upstream.script(fault.rateLimited({ retryAfterMs: 8640 }))
    const { status, response, body } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect([status, codeOf(body)]).toEqual([429, 'rate_limit_exceeded'])
    expect(response.headers).toMatchObject({
      'retry-after-ms': '8640',
      'retry-after': '9',
      'x-ratelimit-reset-requests': '8.64s',
    })
  })

  it.each([
    ['a megabyte of headers', `HTTP/1.1 200 OK\r\n${`x-a: ${'a'.repeat(1000)}\r\n`.repeat(1000)}\r\n`],
    ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    ['a head with two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('says 502 to %s, and lives on', async (_what, message) => {
    upstream.script(answer.bytes(message))
    const { status, body } = await call(host, '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_invalid'])
    expect((await call(host, '/v1/models')).status).toBe(200)
  })

  it('delivers an answer that came before the upload was over', async () => {
    upstream.script({ ...fault.badRequest('Too long.', 'too_long'), reading: 'never' })
    const req = openRequest(host, '/v1/files', { headers: { 'content-length': '50000000' } })
    req.on('error', () => {})
    req.write(randomBytes(1_000_000))
    const response = await headOf(req)
    expect(codeOf((await readToEnd(response)).body)).toBe('too_long')
    req.destroy()
  })
})

describe.each(carriers)('%s carrier: upstream falls silent', (_, start) => {
  let host: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url, idleTimeoutMs: IDLE_MS })
  })
  afterAll(() => host.close())

  it('breaks a stream that falls silent', async () => {
    upstream.script({ ...answer.sse(events), ...fault.stall({ afterChunks: 1 }) })
    const pending = upstream.nextRequest()
    const { body, broken } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect([body.toString(), broken]).toEqual([events[0], true])
    expect(await (await pending).closed).toBe('aborted')
  })

  it('says 504 when upstream does not begin to answer, and lets it go', async () => {
    upstream.script(fault.silence())
    const pending = upstream.nextRequest()
    const { status, body } = await call(host, '/v1/chat/completions', { body: '{}' })
    expect([status, codeOf(body)]).toEqual([504, 'site_upstream_timeout'])
    expect(await (await pending).closed).toBe('aborted')
  })
})

describe.each(carriers)('%s carrier: upstream is not there', (_, start) => {
  const hosts: TestHost[] = []
  const open = async (upstreamUrl?: string) => {
    const host = await start(upstreamUrl ? { upstreamUrl } : {})
    hosts.push(host)
    return host
  }
  afterAll(() => Promise.all(hosts.map((host) => host.close())))

  it('says 503 when none is configured', async () => {
    const { status, response, body } = await call(await open(), '/v1/models')
    expect([status, codeOf(body)]).toEqual([503, 'site_no_upstream'])
    expect(response.headers['x-should-retry']).toBe('false')
  })

  it('says 502 when nobody listens', async () => {
    const host = await open(`http://127.0.0.1:${await freePort()}/v1`)
    const line = host.nextLine()
    const { status, body } = await call(host, '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
    expect(await line).toMatchObject({ status: 502, cause: 'ECONNREFUSED', upstream: 'test' })
  })

  it('says 502 when the name does not exist', async () => {
    const { status, body } = await call(await open('http://no-such-host.invalid/v1'), '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
  })

  it('says 502, and does not give the key away, when upstream is not who it should be', async () => {
    const seen: Buffer[] = []
    const plain = createServer((socket: Socket) => {
      socket.on('data', (data) => {
        seen.push(data)
        socket.end('HTTP/1.1 200 OK\r\n\r\n')
      })
      socket.on('error', () => {})
    })
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    // A server that listens on TCP has an AddressInfo.
    const { port } = plain.address() as AddressInfo
    const { status, body } = await call(await open(`https://127.0.0.1:${port}/v1`), '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_unreachable'])
    expect(seen.length).toBeGreaterThan(0)
    expect(Buffer.concat(seen).toString('latin1')).not.toContain(KEY)
    plain.close()
  })

  it('keeps the caller’s connection usable when it refuses an upload', async () => {
    const host = await open(`http://127.0.0.1:${await freePort()}/v1`)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const sockets = new Set<Socket>()
    for (let i = 0; i < 3; i++) {
      const req = request({ port: host.port, path: '/v1/files', method: 'POST', headers: bearer, agent })
      req.once('socket', (socket) => sockets.add(socket))
      req.end(randomBytes(300_000))
      const response = await headOf(req)
      expect(codeOf((await readToEnd(response)).body)).toBe('site_upstream_unreachable')
    }
    expect(sockets.size).toBe(1)
    agent.destroy()
  })
})

describe.each(carriers)('%s carrier: the caller leaves', (_, start) => {
  let host: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('before the answer begins: upstream is let go', async () => {
    const line = host.nextLine()
    await leaveBeforeAnswer(host, upstream)
    expect(await line).toMatchObject({ end: 'left', status: 499 })
  })

  it('in the middle of a stream: upstream is let go', async () => {
    upstream.script({ ...answer.sse(events), ...fault.stall({ afterChunks: 1 }) })
    const pending = upstream.nextRequest()
    const line = host.nextLine()
    const req = openRequest(host, '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    response.on('error', () => {})
    await once(response, 'data')
    req.destroy()
    expect(await (await pending).closed).toBe('aborted')
    expect(await line).toMatchObject({ end: 'left', status: 200 })
  })

  it('in the middle of an upload: upstream is let go and sees no whole body', async () => {
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'content-length': '1000000' } })
    req.on('error', () => {})
    req.write(randomBytes(1000))
    const received = await pending
    req.destroy()
    await expect(received.digest).rejects.toThrow()
    expect(await received.closed).toBe('aborted')
  })
})

describe('node carrier: a caller that does not finish sending', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await startNodeCarrier({ upstreamUrl: upstream.url, idleTimeoutMs: IDLE_MS })
  })
  afterAll(() => host.close())

  it('is told so, and upstream is let go', async () => {
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'content-length': '100' } })
    req.on('error', () => {})
    req.write('half')
    const received = await pending
    const { body } = await readToEnd(await headOf(req))
    expect(codeOf(body)).toBe('site_request_timeout')
    expect(await received.closed).toBe('aborted')
    req.destroy()
  })

  it('loses its connection when it was refused without having been asked for its body', async () => {
    const refused = rawRequest('/v1/organization', ['expect: 100-continue', 'content-length: 50'], 'POST')
    const keepAlive = refused.replace('connection: close\r\n', '')
    // Whoever takes what follows for the body it did not get would swallow a request, or answer it as another's.
    const answer = await exchangeBytes(host.port, keepAlive + rawRequest('/v1/models'))
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404'])
    expect(answer).toMatch(/connection: close/i)
  })
})

describe('node carrier: ends that only a connection can tell', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await startNodeCarrier({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('does not take a reset for the end of an answer without length and chunks', async () => {
    const when = Promise.withResolvers<void>()
    const cut = {
      how: 'reset',
      afterBytes: 'HTTP/1.1 200 OK\r\n\r\nhalf'.length,
      when: when.promise,
    } as const
    upstream.script({ ...answer.bytes('HTTP/1.1 200 OK\r\n\r\nhalf an answer'), cut })
    const req = openRequest(host, '/v1/models', { method: 'GET' })
    req.end()
    const response = await headOf(req)
    const rest = readToEnd(response)
    when.resolve()
    expect((await rest).broken).toBe(true)
  })

  it('takes a regular close for one', async () => {
    upstream.script(answer.bytes('HTTP/1.1 200 OK\r\n\r\nwhole'))
    const { body, broken } = await call(host, '/v1/models')
    expect([body.toString(), broken]).toEqual(['whole', false])
  })

  it('resets a caller of HTTP/1.0, to whom a close would be the end', async () => {
    upstream.script({ ...answer.sse(events), ...fault.resetMidStream({ afterChunks: 1 }) })
    const bytes = rawRequest('/v1/chat/completions').replace('HTTP/1.1', 'HTTP/1.0')
    await expect(exchangeBytes(host.port, bytes)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})
