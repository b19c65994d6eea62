import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import {
  bearer,
  dial as dialAt,
  expectBrowserCredential,
  expectKeyAndQuery,
  expectUnchanged,
  speakWithDemo,
} from '#tests/support/realtime-client.ts'
import { refusalOf, type SocketUpstream, startSocketUpstream } from '#tests/support/socket-upstream.ts'
import { findWorkerd, startWorker, type TestWorker } from '#tests/support/workerd.ts'
import { KEY, TOKEN } from '../integration/gateway/hosts.ts'

const settingsFor = (upstreamUrl: string) => ({
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: upstreamUrl,
  GATEWAY_TOKENS: TOKEN,
})

describeWith(findWorkerd(), 'WebSockets through the Worker', (program) => {
  let upstream: SocketUpstream
  let worker: TestWorker
  beforeAll(async () => {
    upstream = await startSocketUpstream()
    worker = await startWorker(program, {
      ...settingsFor(upstream.url),
      CALLER_STREAMS: '2',
    })
  })
  afterEach(() => {
    upstream.refuseWith = undefined
    upstream.requests.length = 0
  })
  afterAll(async () => {
    await worker.stop()
    await upstream.close()
  })

  const dial = (options = bearer, protocols: string[] = [], path?: string) =>
    dialAt(worker.port, options, protocols, path)

  /** Both ends of one that was joined. */
  async function joined(options = bearer) {
    const arriving = upstream.next()
    const client = dial(options)
    await once(client, 'open')
    return { client, server: await arriving }
  }
  /** What a side was told when the other closed. */
  const closingOf = async (side: WebSocket) => {
    const [code, reason] = await once(side, 'close')
    return [code, String(reason)]
  }
  const lineOf = async () => (await worker.nextLine()) as object

  it('carry the key and the query upstream, and nothing of the site’s own', async () => {
    const line = lineOf()
    const client = await expectKeyAndQuery(worker.port, upstream)
    client.close()
    expect(await line).toMatchObject({ route: '/v1/realtime', status: 101, end: 'complete', caller: 'token' })
  })

  it('take a browser’s credential from among the subprotocols, and never pass it on', async () => {
    const client = await expectBrowserCredential(worker.port, upstream)
    const line = lineOf()
    client.close()
    await line
  })

  it('pass messages unchanged both ways, large or small, text or bytes', async () => {
    const line = lineOf()
    const { client, server } = await joined()
    const words = '你好 😀'
    await expectUnchanged([client, server], [words, randomBytes(3 << 20), Buffer.alloc(0), ''])
    client.close()
    const bytes = (3 << 20) + Buffer.byteLength(words)
    expect(await line).toMatchObject({ bytesIn: bytes, bytesOut: bytes })
  })

  it.each([
    [4321, 'enough'],
    [1000, ''],
    [1005, ''],
  ])('tell each side how the other closed: %i', async (code, reason) => {
    for (const from of ['server', 'client'] as const) {
      const line = lineOf()
      const sides = await joined()
      const told = closingOf(sides[from === 'server' ? 'client' : 'server'])
      if (code === 1005) sides[from].close()
      else sides[from].close(code, reason)
      expect(await told).toEqual([code, reason])
      expect(await line).toMatchObject({ end: 'complete', status: 101 })
    }
  })

  it('end with a code for the one when the other breaks off without a word, and give no clean end for it', async () => {
    let line = lineOf()
    let sides = await joined()
    let told = closingOf(sides.client)
    sides.server.terminate()
    expect(await told).toEqual([1011, 'The other side broke off.'])
    expect(await line).toMatchObject({ end: 'broken', cause: 'ECONNRESET' })
    line = lineOf()
    sides = await joined()
    told = closingOf(sides.server)
    sides.client.terminate()
    expect(await told).toEqual([1001, 'The other side broke off.'])
    expect(await line).toMatchObject({ end: 'left' })
  })

  it('end for both when one says more than the runtime carries', async () => {
    const line = lineOf()
    const { client, server } = await joined()
    const told = [closingOf(client), closingOf(server)]
    client.send(Buffer.alloc(33 << 20))
    expect((await Promise.all(told)).map(([code]) => code)).toEqual([1009, 1001])
    expect(await line).toMatchObject({ end: 'left', status: 101 })
  })

  it('are refused like any other request, in the API’s shape', async () => {
    expect(await refusalOf(dial({}))).toEqual([401, 'site_unauthorized'])
    expect(await refusalOf(dial(bearer, [], '/v1/organization/x'))).toEqual([404, 'site_path_denied'])
    expect(upstream.requests).toEqual([])
  })

  it('tell upstream’s own refusal', async () => {
    const body = JSON.stringify({ error: { message: 'no', type: 'x', param: null, code: 'invalid_model' } })
    for (const status of [400, 404]) {
      upstream.refuseWith = { status, body }
      expect(await refusalOf(dial())).toEqual([status, 'invalid_model'])
    }
  })

  it('count among the streams of their caller, and give their place back', async () => {
    const [first, second] = [await joined(), await joined()]
    expect(await refusalOf(dial())).toEqual([429, 'site_rate_limited'])
    first.client.close()
    await expect.poll(() => outcomeOf(dial()), { timeout: 20_000 }).toBe('open')
    second.client.terminate()
  })

  const outcomeOf = async (client: WebSocket) => {
    client.on('error', () => {})
    const outcome = await Promise.race([
      once(client, 'open').then(() => 'open'),
      once(client, 'unexpected-response').then(() => 'refused'),
    ])
    client.terminate()
    return outcome
  }

  it('leave neither key nor token in the log', () => {
    expect(worker.lines.length).toBeGreaterThan(5)
    expect(JSON.stringify(worker.lines)).not.toMatch(new RegExp(`${KEY}|${TOKEN}`))
  })

  it('speak with the demo’s small Realtime API, and end after a silence of both sides', async () => {
    const demo = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const other = await startWorker(program, { ...settingsFor(demo.url), UPSTREAM_IDLE_TIMEOUT: '2s' })
    const client = await speakWithDemo(other.port)
    const line = other.nextLine()
    expect(await closingOf(client)).toEqual([1001, 'Nobody said anything for long.'])
    expect(await line).toMatchObject({ end: 'broken', cause: 'silent' })
    await other.stop()
    await demo.close()
  })
})
