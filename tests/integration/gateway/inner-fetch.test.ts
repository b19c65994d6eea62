import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { array, asyncProperty, assert as check, constantFrom, tuple, uint8Array } from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseFallbackModels } from '#lib/gateway/upstreams/fallback-models.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { type HostOptions, KEY, startNodeCarrier, type TestHost, TOKEN } from './hosts.ts'
import { KEYS, keysSeen, startUpstreams, twoAccounts } from './supplies.ts'

let upstream: DemoUpstream
let host: TestHost
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  host = await startNodeCarrier({ upstreamUrl: upstream.url })
})
afterEach(() => upstream.reset())
afterAll(() => Promise.all([host.close(), upstream.close()]))

const authorization = `Bearer ${TOKEN}`
const BODY = '{"model":"tain-demo","messages":[{"role":"user","content":"你好"}]}'

/** Asks the gateway of a host from within its process. */
function ask(init: RequestInit = {}, path = '/chat/completions', { gateway } = host): Promise<Response> {
  if (!gateway) throw new Error('the host shows no gateway')
  const headers = { authorization, 'content-type': 'application/json', ...init.headers }
  return gateway.fetch(`http://of-no-matter/v1${path}`, { method: 'POST', body: BODY, ...init, headers })
}

async function withHost(options: HostOptions, use: (other: TestHost) => Promise<void>): Promise<void> {
  const other = await startNodeCarrier(options)
  await use(other).finally(() => other.close())
}

/** An upstream of bare `node:http`, for what the scripted one does not tell. */
async function withServer(
  handle: Parameters<typeof createServer>[1],
  use: (other: TestHost) => Promise<void>,
): Promise<void> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo
  await withHost({ upstreamUrl: `http://127.0.0.1:${port}/v1` }, use).finally(() => {
    server.closeAllConnections()
    server.close()
  })
}

describe('a request from within the process', () => {
  it('reaches upstream as it is, with the key in place of the token', async () => {
    upstream.script(answer.json({ ok: true }, { headers: [['x-request-id', 'req_1']] }))
    const line = host.nextLine()
    const response = await ask({ headers: { 'x-tain-aside': 'on', 'user-agent': 'the chat' } })
    expect(await response.json()).toEqual({ ok: true })
    expect(response.headers.get('x-request-id')).toBe('req_1')
    expect(response.headers.get('x-tain-upstream')).toBe('test')
    const [received] = upstream.received
    const { method, target, headers, body } = received ?? {}
    expect([method, target, String(await body)]).toEqual(['POST', '/v1/chat/completions', BODY])
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'accept-encoding': 'identity',
      'content-length': String(Buffer.byteLength(BODY)),
      'user-agent': 'the chat',
    })
    expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('x-tain'))).toEqual([])
    expect(await line).toMatchObject({
      end: 'complete',
      status: 200,
      caller: 'token',
      bytesIn: Buffer.byteLength(BODY),
      bytesOut: 11,
    })
  })

  it('without a body is one without a body', async () => {
    upstream.script(answer.json({ data: [] }))
    expect((await ask({ method: 'GET', body: null }, '/models?after=%2F')).status).toBe(200)
    expect(upstream.received[0]).toMatchObject({ method: 'GET', target: '/v1/models?after=%2F' })
    expect(upstream.received[0]?.headers).not.toHaveProperty('content-length')
  })

  it('meets the same rules: a wrong token is refused in the words of the API', async () => {
    const response = await ask({ headers: { authorization: 'Bearer tain-wrong' } })
    expect([response.status, upstream.received.length]).toEqual([401, 0])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } })
  })

  it('meets the same limits, and gives its place back', async () => {
    await withHost(
      {
        upstreamUrl: upstream.url,
        limits: { addressRate: 'off', callerRate: 'off', callerStreams: 1 },
      },
      async (other) => {
        upstream.script({ ...answer.sse(['data: 1\n\n']), ...fault.stall({ afterChunks: 1 }) })
        const caller = new AbortController()
        const first = await ask({ signal: caller.signal }, undefined, other)
        expect((await ask({}, undefined, other)).status).toBe(429)
        const line = other.nextLine()
        caller.abort()
        await expect(first.text()).rejects.toThrow()
        expect(await line).toMatchObject({ end: 'left' })
        upstream.script(answer.json({ ok: true }))
        expect((await ask({}, undefined, other)).status).toBe(200)
      },
    )
  })

  it('is sent again with another account, whole', async () => {
    const group = await startUpstreams(1)
    await withHost({ upstreams: group.settings, keys: twoAccounts }, async (other) => {
      group.scriptFirst(fault.rateLimited())
      const long = JSON.stringify({ model: 'tain-demo', messages: [{ content: '字'.repeat(800_000) }] })
      const response = await ask({ body: long }, undefined, other)
      expect([response.status, response.headers.get('x-tain-attempts')]).toEqual([200, '2'])
      const [only] = group.list
      expect(new Set(only && keysSeen(only))).toEqual(new Set(Object.values(KEYS)))
      const bodies = await Promise.all((only?.received ?? []).map(async ({ body }) => String(await body)))
      expect(bodies.map((body) => body === long)).toEqual([true, true])
    }).finally(() => group.close())
  })

  it('is answered by another model where that is allowed, and told which', async () => {
    const fallbackModels = parseFallbackModels('large>small')
    await withHost({ upstreamUrl: upstream.url, fallbackModels }, async (other) => {
      upstream.script(fault.rateLimited(), answer.json({ ok: true }))
      const asked = { body: '{"model":"large"}', headers: { 'x-tain-fallback': 'on' } }
      const response = await ask(asked, undefined, other)
      expect(response.headers.get('x-tain-model-served')).toBe('small')
      expect(String(await upstream.received[1]?.body)).toBe('{"model":"small"}')
    })
  })

  it('takes text alone', async () => {
    await expect(ask({ body: new Uint8Array(3) })).rejects.toThrow('only text')
  })
})

describe('an answer within the process', () => {
  it('has all bytes in their order, however they are cut and at whatever pace they are read', async () => {
    const pieces = array(tuple(uint8Array({ minLength: 1, maxLength: 40_000 }), constantFrom(0, 1)), {
      minLength: 1,
      maxLength: 12,
    })
    await check(
      asyncProperty(pieces, async (given) => {
        upstream.script(answer.sse(given.map(([bytes]) => bytes)))
        const reader = (await ask()).body?.getReader()
        const got: Uint8Array[] = []
        for (let i = 0; ; i++) {
          const read = await reader?.read()
          if (!read || read.done) break
          got.push(read.value)
          if (given[i % given.length]?.[1]) await new Promise((resolve) => setImmediate(resolve))
        }
        expect(Buffer.concat(got).equals(Buffer.concat(given.map(([bytes]) => bytes)))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('begins before its body does', async () => {
    const begun = Promise.withResolvers<void>()
    async function* late() {
      await begun.promise
      yield 'data: 1\n\n'
    }
    upstream.script(answer.sse(late()))
    const response = await ask()
    expect(response.status).toBe(200)
    begun.resolve()
    expect(await response.text()).toBe('data: 1\n\n')
  })

  it.each([
    ['reset', fault.resetMidStream],
    ['closed', fault.closeMidStream],
  ])('that was %s in the middle fails after what had come, even for who reads late', async (_, broken) => {
    upstream.script({
      ...answer.sse(['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']),
      ...broken({ afterChunks: 2 }),
    })
    const line = host.nextLine()
    const response = await ask()
    // Upstream is gone before anything is read.
    await new Promise((resolve) => setImmediate(resolve))
    let text = ''
    const read = async () => {
      for await (const piece of response.body ?? []) text += Buffer.from(piece)
    }
    await expect(read()).rejects.toThrow('terminated')
    expect(text).toBe('data: 1\n\ndata: 2\n\n')
    expect(await line).toMatchObject({ end: 'broken', status: 200 })
  })

  it('that ends with its connection, and was reset, is not taken for whole', async () => {
    upstream.script({
      ...answer.bytes(['HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n', 'half']),
      cut: { how: 'reset', afterChunks: 2 },
    })
    await expect(ask().then((response) => response.text())).rejects.toThrow('terminated')
  })

  it('is a refusal when upstream cannot be reached', async () => {
    await withHost({ upstreamUrl: upstream.url }, async (other) => {
      upstream.script(fault.resetBeforeHeaders())
      const response = await ask({}, undefined, other)
      expect([response.status, (await response.json()).error.type]).toEqual([502, 'server_error'])
    })
  })

  it('ends upstream when its reader leaves', async () => {
    const left = Promise.withResolvers<void>()
    await withServer(
      (_, res) => {
        res.on('close', left.resolve)
        res.write('data: 1\n\n')
      },
      async (other) => {
        const reader = (await ask({}, undefined, other)).body?.getReader()
        expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('data: 1\n\n')
        const line = other.nextLine()
        await reader?.cancel()
        await left.promise
        expect(await line).toMatchObject({ end: 'left', bytesOut: 9 })
      },
    )
  })

  it('ends upstream when whoever asked gives up before its head', async () => {
    const [arrived, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await withServer(
      (_, res) => {
        res.on('close', left.resolve)
        arrived.resolve()
      },
      async (other) => {
        const caller = new AbortController()
        const asked = ask({ signal: caller.signal }, undefined, other)
        await arrived.promise
        caller.abort(new Error('enough'))
        await expect(asked).rejects.toThrow('enough')
        await left.promise
        await expect(ask({ signal: caller.signal }, undefined, other)).rejects.toThrow('enough')
      },
    )
  })

  it('is not taken from upstream faster than it is read', async () => {
    const MIB = 1024 * 1024
    const [sent, kept] = [createHash('sha256'), createHash('sha256')]
    let taken = 0
    function* source() {
      for (let i = 0; i < 96; i++) {
        const piece = Buffer.alloc(MIB, i)
        sent.update(piece)
        taken += piece.length
        yield piece
      }
    }
    await withServer(
      async (_, res) => {
        for (const piece of source()) if (!res.write(piece)) await once(res, 'drain')
        res.end()
      },
      async (other) => {
        const reader = (await ask({}, undefined, other)).body?.getReader()
        const first = await reader?.read()
        kept.update(first?.value ?? '')
        // What the kernel takes for two sockets; then nothing moves.
        let before = -1
        while (before !== taken) {
          before = taken
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        expect(taken).toBeLessThan(32 * MIB)
        for (;;) {
          const read = await reader?.read()
          if (!read || read.done) break
          kept.update(read.value)
        }
        expect(kept.digest('hex')).toBe(sent.digest('hex'))
      },
    )
  })

  it('is not taken when it comes compressed', async () => {
    upstream.script(answer.body(gzipSync('{}'), { headers: [['content-encoding', 'gzip']] }))
    await expect(ask()).rejects.toThrow('compressed')
  })

  it('may have no body', async () => {
    upstream.script(answer.bytes('HTTP/1.1 204 No Content\r\n\r\n'))
    const response = await ask()
    expect([response.status, response.body]).toEqual([204, null])
  })

  it('of a status that is none is a failure, not the end of the process', async () => {
    upstream.script(answer.bytes('HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n'))
    await expect(ask()).rejects.toThrow()
  })
})
