import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { refusalOf, type SocketUpstream, startSocketUpstream } from '#tests/support/socket-upstream.ts'
import { findWorkerd, startWorker, type TestWorker } from '#tests/support/workerd.ts'
import { TOKEN } from '../integration/gateway/hosts.ts'
import { KEY } from './conforming-host.ts'

const bearer: ClientOptions = { headers: { authorization: `Bearer ${TOKEN}` } }
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

  const PATH = '/v1/realtime?model=gpt-realtime'
  const dial = (options = bearer, protocols: string[] = [], path = PATH) =>
    new WebSocket(`ws://127.0.0.1:${worker.port}${path}`, protocols, options)

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
    const { client } = await joined({
      headers: { ...bearer.headers, cookie: 'a=1', origin: 'https://x.test', 'openai-beta': 'realtime=v1' },
    })
    const [request] = upstream.requests
    expect(request?.url).toBe('/v1/realtime?model=gpt-realtime')
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'openai-beta': 'realtime=v1',
      upgrade: 'websocket',
    })
    expect(request?.headers).not.toHaveProperty('cookie')
    expect(request?.headers).not.toHaveProperty('origin')
    expect(JSON.stringify(request?.rawHeaders)).not.toContain(TOKEN)
    client.close()
    expect(await line).toMatchObject({ route: '/v1/realtime', status: 101, end: 'complete', caller: 'token' })
  })

  it('take a browser’s credential from among the subprotocols, and never pass it on', async () => {
    const line = lineOf()
    const client = dial({}, ['realtime', `openai-insecure-api-key.${TOKEN}`, 'openai-beta.realtime-v1'])
    await once(client, 'open')
    expect(client.protocol).toBe('realtime')
    expect(upstream.requests[0]?.headers['sec-websocket-protocol']).toBe('realtime, openai-beta.realtime-v1')
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
    client.close()
    await line
    expect(await refusalOf(dial(bearer, ['realtime', 'openai-insecure-api-key.other']))).toEqual([
      400,
      'site_conflicting_credentials',
    ])
  })

  it('pass messages unchanged both ways, large or small, text or bytes', async () => {
    const line = lineOf()
    const { client, server } = await joined()
    const sent = ['你好 😀', randomBytes(3 << 20), Buffer.alloc(0), '']
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const received: (string | Buffer)[] = []
      // ws hands a message over as one Buffer unless told otherwise.
      to.on('message', (data: Buffer, isBinary) => received.push(isBinary ? data : String(data)))
      for (const message of sent) from.send(message)
      await expect.poll(() => received.length, { timeout: 10_000 }).toBe(sent.length)
      expect(received.map((data, i) => Buffer.from(data).equals(Buffer.from(sent[i] ?? '?')))).toEqual(
        sent.map(() => true),
      )
      expect(received.map((data) => typeof data)).toEqual(sent.map((data) => typeof data))
    }
    client.close()
    const bytes = (3 << 20) + Buffer.byteLength('你好 😀')
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
    const client = new WebSocket(`ws://127.0.0.1:${other.port}/v1/realtime?model=m`, ['realtime'], bearer)
    const events: { type: string; delta?: string }[] = []
    client.on('message', (data) => events.push(JSON.parse(String(data))))
    await once(client, 'open')
    const item = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: '镜子会说话吗？Does it?' }],
    }
    client.send(JSON.stringify({ type: 'conversation.item.create', item }))
    client.send(JSON.stringify({ type: 'response.create' }))
    await expect.poll(() => events.at(-1)?.type, { timeout: 10_000 }).toBe('response.done')
    expect(events.map(({ delta = '' }) => delta).join('')).toBe('镜子会说话吗？Does it?')
    const line = other.nextLine()
    expect(await closingOf(client)).toEqual([1001, 'Nobody said anything for long.'])
    expect(await line).toMatchObject({ end: 'broken', cause: 'silent' })
    await other.stop()
    await demo.close()
  })
})
