import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { answer, createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { spellings } from '../unit/gateway/spellings.ts'
import { type ConformingHost, KEY } from './conforming-host.ts'

const LEAKS = {
  cookie: 'session=secret',
  'x-forwarded-for': '10.0.0.1',
  forwarded: 'for=10.0.0.1',
  'x-real-ip': '10.0.0.1',
  via: '1.1 proxy',
  'cf-ray': '1',
  'x-tain-address': '10.0.0.1',
  'x-middleware-subrequest': '1',
  'next-action': '1',
  rsc: '1',
  origin: 'https://page.example',
  referer: 'https://page.example/secret',
  'sec-fetch-site': 'cross-site',
  'openai-organization': 'org-other',
  'x-hop': '1',
  connection: 'close, x-hop',
}

/** What only shows when one looks at the bytes. */
export function describeWire(start: () => Promise<ConformingHost>): void {
  let host: ConformingHost
  beforeAll(async () => {
    host = await start()
  })
  afterEach(() => host.upstream.reset())

  function open(path: string, method = 'GET', headers: Record<string, string> = {}): ClientRequest {
    const authorization = `Bearer ${host.token}`
    return request(host.baseUrl + path, { method, headers: { authorization, ...headers }, agent: false })
  }

  async function answerTo(req: ClientRequest): Promise<IncomingMessage> {
    const [response] = await once(req, 'response')
    // The event's only argument, by Node's documentation.
    return response as IncomingMessage
  }

  async function raw(message: string): Promise<string> {
    const { hostname, port } = new URL(host.baseUrl)
    const socket = connect(Number(port), hostname)
    socket.write(Buffer.from(message, 'latin1'))
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    return Buffer.concat(chunks).toString('latin1')
  }

  it('lets no spelling of a path leave the upstream’s API or reach its administration', {
    timeout: 120_000,
  }, async () => {
    const base = new URL(host.upstream.url).pathname
    for (const spelling of spellings) {
      const head = `GET ${spelling} HTTP/1.1\r\nhost: site\r\nconnection: close\r\nauthorization: Bearer ${host.token}`
      expect(await raw(`${head}\r\n\r\n`), spelling).toMatch(/^HTTP\/1\.1 \d{3} /)
    }
    const segmentsOf = (path: string) => decodeURIComponent(path).toLowerCase().split('/')
    for (const { target, path } of host.upstream.received) {
      expect(target.slice(0, base.length), target).toBe(base)
      expect(target.slice(base.length), target).toMatch(/^(?:[/?]|$)/)
      expect(segmentsOf(path), target).not.toContain('..')
      expect(segmentsOf(path)[2] ?? '', target).not.toMatch(/^(?:organizations?|projects)\b/)
    }
  })

  it('sends upstream its key and nothing that is nobody’s business there', async () => {
    const pending = host.upstream.nextRequest()
    const req = open('/models', 'GET', { ...LEAKS, 'openai-beta': 'x=1', 'user-agent': 'OpenAI/JS 7' })
    req.end()
    ;(await answerTo(req)).resume()
    const { headers, rawHeaders } = await pending
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'openai-beta': 'x=1',
      'user-agent': 'OpenAI/JS 7',
    })
    const { connection: _, ...leaks } = LEAKS
    const gone = Object.keys(leaks).filter((name) => name !== 'x-hop' || !host.isBehindNginx)
    for (const name of gone) expect(headers).not.toHaveProperty(name)
    expect(JSON.stringify(rawHeaders)).not.toContain(host.token)
  })

  it('relays the meaning of a query, names that the host itself uses included', async () => {
    const query = 'include[]=a&include[]=b&limit=2&path=x&after=%E4%BD%A0+%2B'
    const pending = host.upstream.nextRequest()
    const req = open(`/models?${query}`)
    req.end()
    ;(await answerTo(req)).resume()
    const { target } = await pending
    const sorted = (text: string) => [...new URLSearchParams(text)].map(String).sort()
    expect(sorted(target.split('?')[1] ?? '')).toEqual(sorted(query))
  })

  it.each([
    '/models/meta-llama%2FLlama-3.1',
    '/models/ft:gpt:org::id',
    '/files/a.rsc',
    '/files/a%20b.rsc.rsc',
  ])('relays the path %s byte for byte', async (path) => {
    const pending = host.upstream.nextRequest()
    const req = open(path)
    req.end()
    ;(await answerTo(req)).resume()
    expect((await pending).target).toBe(new URL(host.upstream.url).pathname + path)
  })

  it('passes on each event when it comes, uncompressed', async () => {
    const live = createLiveAnswer()
    host.upstream.script(live.step)
    const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip, br' }
    const req = open('/chat/completions', 'POST', headers)
    req.end(JSON.stringify({ model: 'tain-demo', stream: true, messages: [{ role: 'user', content: 'x' }] }))
    live.say('one')
    const response = await answerTo(req)
    expect(response.headers).toMatchObject({
      'content-type': expect.stringContaining('text/event-stream'),
      ...(!host.isBehindNginx && { 'x-accel-buffering': 'no' }),
    })
    expect(response.headers).not.toHaveProperty('content-encoding')
    let received = ''
    response.on('data', (chunk) => {
      received += chunk
    })
    for (const word of ['two', 'drei', '四']) {
      live.say(word)
      // Upstream says nothing more before this word has arrived.
      while (!received.includes(word)) await once(response, 'data')
    }
    live.finish()
    await once(response, 'end')
    expect(received).toMatch(/data: \[DONE\]\n\n$/)
  })

  it('relays status, reason and OpenAI’s headers untouched', async () => {
    const headers = [
      ['x-request-id', 'req_1'],
      ['openai-processing-ms', '12'],
      ['x-ratelimit-reset-tokens', '6m0s'],
      ['retry-after-ms', '250'],
    ] as const
    host.upstream.script(answer.body('{}', { status: 429, headers }))
    const req = open('/models')
    req.end()
    const response = await answerTo(req)
    response.resume()
    expect([response.statusCode, response.statusMessage]).toEqual([429, 'Too Many Requests'])
    expect(response.headers).toMatchObject(Object.fromEntries(headers))
    expect(response.headers['x-tain-upstream']).toMatch(/^[a-z]+$/)
  })

  it('relays HEAD and OPTIONS', async () => {
    for (const method of ['HEAD', 'OPTIONS']) {
      host.upstream.script(answer.body(method === 'HEAD' ? '' : 'ok', { headers: [['x-a', method]] }))
      const req = open('/models', method)
      req.end()
      const response = await answerTo(req)
      response.resume()
      expect([response.statusCode, response.headers['x-a']]).toEqual([200, method])
    }
    expect(host.upstream.received.map(({ method }) => method)).toEqual(['HEAD', 'OPTIONS'])
  })

  it('stops upstream when the caller leaves before the answer begins', async () => {
    host.upstream.script(fault.silence())
    const pending = host.upstream.nextRequest()
    const req = open('/chat/completions', 'POST')
    req.on('error', () => {})
    req.end('{}')
    const received = await pending
    req.destroy()
    expect(await received.closed).toBe('aborted')
  })

  it('says nothing of keys, tokens and upstream’s address in what it refuses', async () => {
    host.upstream.script(fault.resetBeforeHeaders())
    const refused = [open('/models'), open('/models', 'GET', { 'x-api-key': 'other' }), open('/organization')]
    for (const req of refused) {
      req.end()
      const response = await answerTo(req)
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const said = JSON.stringify(response.rawHeaders) + Buffer.concat(chunks)
      expect(said).toContain('"code":"site_')
      for (const secret of [KEY, host.token, new URL(host.upstream.url).port])
        expect(said).not.toContain(secret)
    }
  })

  it('writes neither key nor token down, wherever they stood', async () => {
    const failing = [fault.invalidKey(), fault.quota(), fault.serverError(), fault.resetMidStream()]
    for (const step of failing) {
      host.upstream.script(step)
      const req = open(`/files/${host.token}?key=${KEY}`, 'GET', { 'x-own': KEY, cookie: `a=${host.token}` })
      req.end()
      const response = await answerTo(req).catch(() => undefined)
      await response?.toArray().catch(() => [])
    }
    const log = await host.log()
    expect(log).toContain('/v1/')
    for (const secret of [KEY, host.token]) expect(log).not.toContain(secret)
  })
}
