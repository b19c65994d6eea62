import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseNetworks } from '#lib/gateway/admission/networks.ts'
import { DEFAULT_DENIED_USER_AGENTS } from '#lib/gateway/admission/user-agents.ts'
import { signChatToken } from '#lib/gateway/chat-token.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { call, codeOf, headOf, openRequest, readToEnd } from './clients.ts'
import {
  carriers,
  type HostOptions,
  type StartHost,
  startNodeCarrier,
  type TestHost,
  TOKEN,
} from './hosts.ts'

const chatSecret = 'a secret of the site, 32 bytes or more'
const OTHER_TOKEN = 'tain-another-token-of-this-site-000000'
const OWN_KEY = 'sk-canary-brought-by-the-caller-0123'

/** Nothing comes back within a test. */
const few = { count: 1, periodMs: 3_600_000, burst: 2 }
const unlimited = { addressRate: 'off', callerRate: 'off', callerStreams: 'off' } as const

let upstream: DemoUpstream
const hosts: TestHost[] = []
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterEach(async () => {
  upstream.reset()
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})
afterAll(() => upstream.close())

async function open(start: StartHost, options: HostOptions): Promise<TestHost> {
  const given = { upstreamUrl: upstream.url, tokens: [TOKEN, OTHER_TOKEN], chatSecret, ...options }
  const host = await start(given)
  hosts.push(host)
  return host
}

const as = (token: string) => ({ authorization: token === '' ? '' : `Bearer ${token}` })

async function statusesOf(host: TestHost, count: number, headers: (i: number) => Record<string, string>) {
  const statuses: (number | undefined)[] = []
  for (let i = 0; i < count; i++) {
    statuses.push((await call(host, '/v1/models', { headers: headers(i) })).status)
  }
  return statuses
}

describe.each(carriers)('%s carrier: rates', (_, start) => {
  it('a caller has its own, whatever the others do', async () => {
    const host = await open(start, { limits: { ...unlimited, callerRate: few } })
    expect(await statusesOf(host, 5, () => as(TOKEN))).toEqual([200, 200, 200, 429, 429])
    expect(await statusesOf(host, 1, () => as(OTHER_TOKEN))).toEqual([200])
    expect(upstream.received).toHaveLength(4)
  })

  it('the refusal is the site’s own, in OpenAI’s shape, with the exact time', async () => {
    const host = await open(start, { limits: { ...unlimited, callerRate: few } })
    await statusesOf(host, 3, () => as(TOKEN))
    const { status, response, body } = await call(host, '/v1/models')
    expect(status).toBe(429)
    expect(JSON.parse(body.toString()).error).toMatchObject({
      type: 'rate_limit_error',
      code: 'site_rate_limited',
      param: null,
    })
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(3500)
    expect(response.headers).not.toHaveProperty('x-tain-upstream')
  })

  it('callers without a token share their address’s, own keys and guesses alike', async () => {
    const host = await open(start, { byok: true, limits: { ...unlimited, addressRate: few } })
    const shown = [as(OWN_KEY), as('tain-guess-1'), as(''), as('tain-guess-2'), as(OWN_KEY)]
    expect(await statusesOf(host, 5, (i) => shown[i] ?? {})).toEqual([200, 401, 401, 429, 429])
    expect(await statusesOf(host, 4, () => as(TOKEN))).toEqual([200, 200, 200, 200])
  })

  it('the chat pays as its person, not as the address it calls from', async () => {
    const host = await open(start, { limits: { ...unlimited, addressRate: few, callerRate: few } })
    const tokens = await Promise.all(
      ['guest-1', 'guest-2'].map((subject) => signChatToken({ subject, secret: chatSecret, ttlMs: 60_000 })),
    )
    const statuses = await statusesOf(host, 8, (i) => as(tokens[i % 2] ?? ''))
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429])
  })

  it('rotated X-Forwarded-For of a direct client is one bucket', async () => {
    const host = await open(start, { byok: true, limits: { ...unlimited, addressRate: few } })
    const rotated = (i: number) => ({ ...as(OWN_KEY), 'x-forwarded-for': `203.0.113.${i}` })
    expect(await statusesOf(host, 5, rotated)).toEqual([200, 200, 200, 429, 429])
  })

  it('of a trusted proxy it is the caller', async () => {
    const host = await open(start, {
      byok: true,
      limits: { ...unlimited, addressRate: { ...few, burst: 0 } },
      trustedProxies: parseNetworks('127.0.0.0/8, ::1'),
      clientIpHeader: 'x-forwarded-for',
    })
    const via = (address: string) => ({ ...as(OWN_KEY), 'x-forwarded-for': address })
    const from = ['203.0.113.1', '203.0.113.2', '9.9.9.9, 203.0.113.1', '2001:db8::1', '2001:db8::2']
    expect(await statusesOf(host, 5, (i) => via(from[i] ?? ''))).toEqual([200, 200, 429, 200, 429])
  })

  it('nobody is limited where there is nothing to protect', async () => {
    const limits = { addressRate: few, callerRate: few, callerStreams: 1 }
    const host = await open(start, { open: true, limits, admission: NO_CURL })
    expect(await statusesOf(host, 5, () => ({ authorization: '', 'user-agent': 'curl/8' }))).toEqual(
      Array(5).fill(200),
    )
  })
})

const NO_CURL = { allowNetworks: [], denyNetworks: [], denyUserAgents: DEFAULT_DENIED_USER_AGENTS }

describe.each(carriers)('%s carrier: concurrent requests', (_, start) => {
  const events = ['data: 1\n\n', 'data: 2\n\n']

  it('beyond the limit are refused, and a place is free again however one ended', async () => {
    const host = await open(start, { limits: { ...unlimited, callerStreams: 2 } })
    const endings = ['complete', 'left', 'broken'] as const
    for (const ending of endings) {
      const told = Promise.withResolvers<void>()
      const cut = {
        how: ending === 'broken' ? 'reset' : 'stall',
        afterChunks: 1,
        when: told.promise,
      } as const
      const held = { ...answer.sse(events), ...(ending !== 'complete' && { cut }) }
      const waits = async function* () {
        yield events[0] ?? ''
        await told.promise
        yield events[1] ?? ''
      }
      const step = ending === 'complete' ? () => answer.sse(waits()) : () => held
      upstream.script(step(), step())
      const streams = await Promise.all(
        [0, 1].map(async () => {
          const req = openRequest(host, '/v1/chat/completions')
          req.on('error', () => {})
          req.end('{}')
          return { req, response: await headOf(req) }
        }),
      )
      const refused = await call(host, '/v1/models')
      expect([refused.status, codeOf(refused.body)]).toEqual([429, 'site_rate_limited'])
      expect(await statusesOf(host, 1, () => as(OTHER_TOKEN))).toEqual([200])

      const before = host.lines.length
      if (ending === 'left') for (const { req } of streams) req.destroy()
      else told.resolve()
      await Promise.all(streams.map(({ response }) => readToEnd(response)))
      while (host.lines.length < before + 2) await host.nextLine()
      expect(host.lines.slice(before).map(({ end }) => end)).toEqual([ending, ending])
      expect(await statusesOf(host, 1, () => as(TOKEN))).toEqual([200])
    }
  })

  it('a hundred refused ones hold no place', async () => {
    const host = await open(start, { limits: { ...unlimited, callerStreams: 3 } })
    const told = Promise.withResolvers<void>()
    const waits = async function* () {
      await told.promise
      yield 'late'
    }
    upstream.script(...[0, 1, 2].map(() => answer.body(waits())))
    const held = [0, 1, 2].map(() => call(host, '/v1/models'))
    await Promise.all(held.map(() => upstream.nextRequest()))
    const refused = await Promise.all(Array.from({ length: 100 }, () => call(host, '/v1/models')))
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]))
    told.resolve()
    await Promise.all(held)
    expect(await statusesOf(host, 3, () => as(TOKEN))).toEqual([200, 200, 200])
  })
})

describe.each(carriers)('%s carrier: the operator’s rules', (_, start) => {
  it('keep programs of bad name out, unless they show a token', async () => {
    const host = await open(start, { byok: true, admission: NO_CURL })
    const curl = { 'user-agent': 'curl/8.5.0' }
    for (const token of ['', 'tain-guess', OWN_KEY]) {
      const { status, body } = await call(host, '/v1/models', { headers: { ...curl, ...as(token) } })
      expect([status, codeOf(body)]).toEqual([403, 'site_user_agent_denied'])
    }
    expect(upstream.received).toEqual([])
    expect((await call(host, '/v1/models', { headers: { ...curl, ...as(TOKEN) } })).status).toBe(200)
    const other = { 'user-agent': 'OpenAI/JS 7', ...as('') }
    expect((await call(host, '/v1/models', { headers: other })).status).toBe(401)
  })

  it('keep networks out, even with a token, but not the site’s own chat', async () => {
    const denied = { ...NO_CURL, denyNetworks: parseNetworks('127.0.0.0/8, ::1') }
    const elsewhere = { ...NO_CURL, allowNetworks: parseNetworks('192.0.2.0/24') }
    const chat = await signChatToken({ subject: 'guest-1', secret: chatSecret, ttlMs: 60_000 })
    for (const admission of [denied, elsewhere]) {
      const host = await open(start, { admission })
      const { status, body } = await call(host, '/v1/models')
      expect([status, codeOf(body)]).toEqual([403, 'site_network_denied'])
      expect((await call(host, '/v1/models', { headers: as(chat) })).status).toBe(200)
    }
  })

  it('deny paths in any spelling', async () => {
    const host = await open(start, { deniedPaths: [['files'], ['fine_tuning', 'jobs']] })
    for (const path of ['/v1/files', '/v1/Files/x', '/v1/%66iles?a', '/v1/fine_tuning/jobs/1/events']) {
      const { status, body } = await call(host, path)
      expect([status, codeOf(body)], path).toEqual([404, 'site_path_denied'])
    }
    expect(upstream.received).toEqual([])
    await call(host, '/v1/fine_tuning/alpha')
    await call(host, '/v1/filesystem')
    expect(upstream.received).toHaveLength(2)
  })
})

describe.each(carriers)('%s carrier: large bodies', (_, start) => {
  const maxBodyBytes = 100_000

  it('are refused before upstream is asked when they say their size, and by strangers before that', async () => {
    const host = await open(start, { maxBodyBytes })
    const body = randomBytes(maxBodyBytes + 1)
    const { status, body: seen } = await call(host, '/v1/files', { body })
    expect([status, codeOf(seen)]).toEqual([413, 'site_body_too_large'])
    const stranger = await call(host, '/v1/files', { body, headers: as('') })
    expect(codeOf(stranger.body)).toBe('site_unauthorized')
    expect(upstream.received).toEqual([])
  })

  it('are cut off when they do not, and upstream never has one whole', async () => {
    const host = await open(start, { maxBodyBytes })
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'transfer-encoding': 'chunked' } })
    req.on('error', () => {})
    req.write(randomBytes(60_000))
    const received = await pending
    req.end(randomBytes(60_000))
    expect(codeOf((await readToEnd(await headOf(req))).body)).toBe('site_body_too_large')
    await expect(received.digest).rejects.toThrow()
  })

  it('are cut off when upstream has begun to answer, and that answer is none', async () => {
    const host = await open(start, { maxBodyBytes })
    const never = Promise.withResolvers<void>()
    const waits = (async function* () {
      yield 'early'
      await never.promise
    })()
    upstream.script({ ...answer.body(waits), reading: 'along' })
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files', { headers: { 'transfer-encoding': 'chunked' } })
    req.on('error', () => {})
    req.write(randomBytes(60_000))
    const received = await pending
    const response = await headOf(req)
    req.write(randomBytes(60_000))
    expect((await readToEnd(response)).broken).toBe(true)
    expect(await received.closed).toBe('aborted')
    never.resolve()
  })
})

describe('node carrier: bodies nobody asked for', () => {
  it('of a stranger who waits for leave to send are never read', async () => {
    const host = await open(startNodeCarrier, {})
    const socket = connect(host.port, '127.0.0.1')
    const head = 'POST /v1/files HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n'
    socket.write(head)
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe.each(carriers)('%s carrier: an own key', (_, start) => {
  it('goes upstream with what qualifies it, and nowhere else', async () => {
    const host = await open(start, { byok: true })
    upstream.script(fault.invalidKey())
    const headers = { ...as(OWN_KEY), 'openai-organization': 'org-1', 'openai-project': 'proj-1' }
    const { status, response, body } = await call(host, '/v1/models', { headers })
    expect([status, codeOf(body), response.headers['x-tain-attempts']]).toEqual([401, 'invalid_api_key', '1'])
    expect(upstream.received[0]?.headers).toMatchObject({
      authorization: `Bearer ${OWN_KEY}`,
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
    })
    expect(host.lines).toMatchObject([{ caller: 'own-key', status: 401 }])
    const chat = await signChatToken({ subject: 'ada', secret: chatSecret, ttlMs: 60_000 })
    await call(host, '/v1/models', { headers: { ...as(chat), 'x-tain-own-key': OWN_KEY } })
    expect(upstream.received[1]?.headers).toMatchObject({ authorization: `Bearer ${OWN_KEY}` })
    expect(upstream.received[1]?.headers).not.toHaveProperty('x-tain-own-key')
    expect(JSON.stringify([host.lines, host.events, response.headers])).not.toMatch(/canary/)
    // A wrong key of a caller's says nothing about the site's.
    expect((await call(host, '/v1/models')).status).toBe(200)
    expect(host.events).toEqual([])
  })

  it('is not taken where the operator did not say so, nor is anything that looks like a token of ours', async () => {
    const [closed, byok] = [await open(start, {}), await open(start, { byok: true })]
    expect((await call(closed, '/v1/models', { headers: as(OWN_KEY) })).status).toBe(401)
    const stale = await signChatToken({ subject: 'x', secret: chatSecret, ttlMs: -1 })
    for (const token of [stale, `${TOKEN}x`, 'short']) {
      expect((await call(byok, '/v1/models', { headers: as(token) })).status, token).toBe(401)
    }
    expect(upstream.received).toEqual([])
  })
})

describe.each(carriers)('%s carrier: a relay', (_, start) => {
  const relaySecret = 'relay-canary-0123456789'

  it('serves who knows its secret, with the key he brought', async () => {
    const host = await open(start, { relaySecret, keys: [] })
    const known = { 'x-tain-relay-secret': relaySecret }
    for (const headers of [
      as(OWN_KEY),
      as(TOKEN),
      { ...as(OWN_KEY), 'x-tain-relay-secret': `${relaySecret}x` },
    ]) {
      const { status, body } = await call(host, '/v1/models', { headers })
      expect([status, codeOf(body)]).toEqual([401, 'site_unauthorized'])
    }
    expect(upstream.received).toEqual([])
    expect((await call(host, '/v1/models', { headers: { ...as(OWN_KEY), ...known } })).status).toBe(200)
    expect(upstream.received[0]?.headers.authorization).toBe(`Bearer ${OWN_KEY}`)
    expect(JSON.stringify(host.lines)).not.toMatch(/canary/)
  })

  it('can stand in a chain', async () => {
    const last = await open(start, { relaySecret, keys: [] })
    const middle = await open(start, { relaySecret, keys: [], upstreamUrl: `${last.origin}/v1` })
    const first = await open(start, {
      relaySecret,
      upstream: { name: 'relay', url: `${middle.origin}/v1`, key: OWN_KEY },
    })
    const { status, response } = await call(first, '/v1/models')
    expect([status, response.headers['x-tain-upstream']]).toEqual([200, 'relay'])
    expect(upstream.received[0]?.headers.authorization).toBe(`Bearer ${OWN_KEY}`)
  })
})
