import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signChatToken } from '#lib/gateway/chat-token.ts'
import { isGatewayTarget } from '#lib/gateway/target.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { spellings } from '../../unit/gateway/spellings.ts'
import { call, codeOf, exchangeBytes, rawRequest } from './clients.ts'
import { carriers, KEY, startNodeCarrier, type TestHost, TOKEN } from './hosts.ts'

const chatSecret = 'a secret of the site, 32 bytes or more'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

describe('node carrier: paths', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await startNodeCarrier({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('answers every spelling of the corpus with OpenAI’s API or 400 or 404, and never with the site', async () => {
    const base = new URL(upstream.url).pathname
    for (const spelling of spellings.filter(isGatewayTarget)) {
      const before = upstream.received.length
      const answer = await exchangeBytes(host.port, Buffer.from(rawRequest(spelling), 'latin1'))
      expect(answer, spelling).not.toContain('the site')
      const relayed = upstream.received.slice(before).map(({ target }) => target)
      if (relayed.length > 0) expect(relayed, spelling).toEqual([base + spelling.slice('/v1'.length)])
      else expect(answer, spelling).toMatch(/^HTTP\/1\.1 40[04] /)
    }
  })

  it('leaves the rest to the site', async () => {
    expect(await exchangeBytes(host.port, rawRequest('/'))).toContain('the site')
    expect(await exchangeBytes(host.port, rawRequest('/v10/models'))).toContain('the site')
  })

  it.each(['TRACE', 'TRACK'])('does not relay %s, whose answer would show the key', async (method) => {
    const answer = await exchangeBytes(host.port, rawRequest('/v1/models', [], method))
    expect(answer).toMatch(/^HTTP\/1\.1 40[05] /)
    expect(upstream.received).toEqual([])
  })

  it('reads one request per request', async () => {
    // Both lengths at once: whoever believes the other one sees a second request in the first one's body.
    const smuggled = rawRequest('/v1/models', ['content-length: 4', 'transfer-encoding: chunked'], 'POST')
    const answer = await exchangeBytes(
      host.port,
      `${smuggled}1c\r\nGET /v1/organization HTTP/1.1\r\n\r\n0\r\n\r\n`,
    )
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(upstream.received.length).toBeLessThanOrEqual(1)
  })
})

describe.each(carriers)('%s carrier: identity', (_, start) => {
  let host: TestHost
  let open: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url, chatSecret })
    open = await start({ upstreamUrl: upstream.url, open: true, tokens: [] })
  })
  afterAll(() => Promise.all([host.close(), open.close()]))

  it.each([
    ['Authorization', { authorization: `Bearer ${TOKEN}` }],
    ['x-api-key', { authorization: '', 'x-api-key': TOKEN }],
    ['api-key', { authorization: '', 'api-key': TOKEN }],
  ])('takes a site token from %s and puts the key in its place', async (_name, headers) => {
    const { status } = await call(host, '/v1/models', { headers })
    expect(status).toBe(200)
    const sent = JSON.stringify(upstream.received.map(({ rawHeaders }) => rawHeaders))
    expect(sent).toContain(`Bearer ${KEY}`)
    expect(sent).not.toContain(TOKEN)
  })

  it('takes the chat’s signed token', async () => {
    const token = await signChatToken({ subject: 'guest-7', secret: chatSecret, ttlMs: 60_000 })
    const line = host.nextLine()
    const { status } = await call(host, '/v1/models', { headers: { authorization: `Bearer ${token}` } })
    expect([status, (await line).caller]).toEqual([200, 'chat'])
  })

  it('refuses everybody else before upstream hears of it', async () => {
    const forged = await signChatToken({ subject: 'guest-7', secret: `${chatSecret}!`, ttlMs: 60_000 })
    for (const authorization of ['', 'Bearer x', `Bearer ${forged}`, `Basic ${TOKEN}`, `Bearer ${KEY}`]) {
      const { status, response, body } = await call(host, '/v1/models', { headers: { authorization } })
      expect([status, codeOf(body)]).toEqual([401, 'site_unauthorized'])
      expect(response.headers['www-authenticate']).toBe('Bearer')
    }
    expect(upstream.received).toEqual([])
  })

  it('refuses two credentials', async () => {
    const { status, body } = await call(host, '/v1/models', { headers: { 'x-api-key': 'another' } })
    expect([status, codeOf(body)]).toEqual([400, 'site_conflicting_credentials'])
  })

  it('lets anybody in where there is nothing to protect', async () => {
    for (const authorization of ['', 'Bearer anything']) {
      expect((await call(open, '/v1/models', { headers: { authorization } })).status).toBe(200)
    }
  })

  it('writes nothing into its log that a caller or an upstream said', async () => {
    const canaries = {
      'user-agent': 'canary-agent',
      'x-canary': 'canary-header',
      'openai-beta': 'canary-beta',
    }
    const path = '/v1/canary-path/canary-id?canary-query=1'
    const line = host.nextLine()
    await call(host, path, { body: 'canary-body', method: 'CANARY', headers: canaries }).catch(
      () => undefined,
    )
    await call(host, path, { body: 'canary-body', headers: canaries })
    await line
    const lines = JSON.stringify(host.lines)
    expect(lines).not.toMatch(/canary/i)
    for (const secret of [TOKEN, KEY, 'req_']) expect(lines).not.toContain(secret)
  })
})
