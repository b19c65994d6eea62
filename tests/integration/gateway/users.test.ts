import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Caller, TokenOwner } from '#lib/gateway/identity.ts'
import type { Meter, MeteredRequest, Spent } from '#lib/gateway/metering/meter.ts'
import type { Refusal } from '#lib/gateway/refusal.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import { rememberCallers } from '#server/gateway/remembered-callers.ts'
import { call, codeOf, openRequest } from './clients.ts'
import { carriers, type HostOptions, type TestHost } from './hosts.ts'

const token = 'tain-user-token-0123456789abcdef'
const sha256 = createHash('sha256').update(token).digest('hex')
const asUser = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const overQuota: Refusal = {
  refused: true,
  status: 429,
  code: 'site_quota_exceeded',
  message: 'Your day is used up.',
  headers: ['x-should-retry', 'false'],
}

describe.each(carriers)('%s carrier: users', (_, start) => {
  let upstream: DemoUpstream
  let host: TestHost
  const spent: Spent[] = []
  const reserved: [Caller, MeteredRequest][] = []
  const known = new Map<string, TokenOwner>()
  const meter: Meter = {
    reserve(caller, request) {
      reserved.push([caller, request])
      return { settle: (sum) => spent.push(sum) }
    },
  }
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  })
  afterEach(async () => {
    upstream.reset()
    known.clear()
    spent.length = reserved.length = 0
    await host.close()
  })
  afterAll(() => upstream.close())
  const open = async (users: HostOptions['lent'] = {}, more: HostOptions = {}) => {
    const findCaller = async (digest: string) => known.get(digest) ?? null
    host = await start({ upstreamUrl: upstream.url, lent: { findCaller, ...users }, ...more })
  }
  const ask = (body: object = { model: 'tain-demo', messages: [{ role: 'user', content: 'Hi' }] }) =>
    call(host, '/v1/chat/completions?x=1', { body: JSON.stringify(body), headers: asUser })

  it('are known by their tokens from one request to the next, and no longer', async () => {
    await open()
    expect((await ask()).status).toBe(401)
    known.set(sha256, { id: 'user-7', tokenId: 'laptop' })
    expect((await ask()).status).toBe(200)
    known.clear()
    expect((await ask()).status).toBe(401)
    expect(upstream.received).toHaveLength(1)
    expect(host.lines.map(({ caller }) => caller)).toEqual([undefined, 'user', undefined])
  })

  it('are not looked up by other credentials, and an outage says so and lets nobody in', async () => {
    const findCaller = () => Promise.reject(new Error('database away'))
    await open({ findCaller })
    expect((await call(host, '/v1/models')).status).toBe(200)
    const stranger = await call(host, '/v1/models', { headers: { authorization: 'Bearer sk-stranger' } })
    expect(stranger.status).toBe(401)
    const { status, body } = await ask()
    expect([status, codeOf(body)]).toEqual([503, 'site_tokens_unavailable'])
  })

  it('keep to limits of their own', async () => {
    await open({}, { limits: { addressRate: 'off', callerRate: 'off', callerStreams: 'off' } })
    known.set(sha256, { id: 'user-7', limits: { callerRate: { count: 1, periodMs: 60_000, burst: 0 } } })
    expect((await ask()).status).toBe(200)
    const { status, body } = await ask()
    expect([status, codeOf(body)]).toEqual([429, 'site_rate_limited'])
    expect((await call(host, '/v1/models')).status).toBe(200)
  })

  it('are asked for once and told once, with what upstream counted, streamed or not', async () => {
    await open({ meter })
    known.set(sha256, { id: 'user-7', tokenId: 'laptop' })
    const plain = await ask()
    const messages = [{ role: 'user', content: 'Hi' }]
    const stream = { model: 'tain-demo', messages, stream: true, stream_options: { include_usage: true } }
    const streamed = await ask(stream)
    const lastChunk = streamed.body.toString().trim().split('\n\n').at(-2)?.slice('data: '.length)
    const counted = [plain.body.toString(), lastChunk ?? ''].map((text) => JSON.parse(text).usage)
    const expected = counted.map(({ prompt_tokens: inputTokens, completion_tokens: outputTokens }) => ({
      inputTokens,
      outputTokens,
    }))
    expect(spent).toMatchObject([
      { status: 200, end: 'complete', bytesOut: plain.body.length, usage: expected[0] },
      { status: 200, end: 'complete', bytesOut: streamed.body.length, usage: expected[1] },
    ])
    expect(reserved[0]).toMatchObject([
      { kind: 'user', id: 'user-7', tokenId: 'laptop' },
      { method: 'POST', route: '/v1/chat', path: '/chat/completions' },
    ])
  })

  it('are told of refusals, broken streams and leaving too', async () => {
    await open({ meter })
    known.set(sha256, { id: 'user-7' })
    upstream.script(fault.resetBeforeHeaders())
    await ask()
    upstream.reset()
    upstream.script(fault.silence())
    const req = openRequest(host, '/v1/chat/completions', { headers: asUser })
    req.end('{}')
    const left = host.nextLine()
    await upstream.nextRequest()
    req.destroy()
    req.on('error', () => {})
    await left
    expect(spent).toMatchObject([
      { status: 502, end: 'refused', usage: undefined },
      { end: 'left', usage: undefined },
    ])
  })

  it('are refused in words of the meter, before anything is sent', async () => {
    await open({ meter: { reserve: async () => overQuota } })
    known.set(sha256, { id: 'user-7' })
    const { status, body } = await ask()
    expect([status, codeOf(body)]).toEqual([429, 'site_quota_exceeded'])
    expect(upstream.received).toHaveLength(0)
  })

  it('are refused when the meter is down, and not metered when it does not want to', async () => {
    await open({ meter: { reserve: () => Promise.reject(new Error('database away')) } })
    const down = await call(host, '/v1/models')
    expect([down.status, codeOf(down.body)]).toEqual([500, 'site_internal'])
    await host.close()
    await open({ meter: { reserve: () => undefined } })
    expect((await call(host, '/v1/models')).status).toBe(200)
  })
})

describe('rememberCallers', () => {
  it('asks once a second about a token, known or not, and again after a failure', async () => {
    let nowMs = 0
    let asked = 0
    let result: () => Promise<TokenOwner | null> = async () => null
    const find = rememberCallers(
      () => {
        asked++
        return result()
      },
      () => nowMs,
    )
    expect(await Promise.all([find('a'), find('a')])).toEqual([null, null])
    expect(asked).toBe(1)
    result = async () => ({ id: 'user-7' })
    nowMs = 1_000
    expect(await find('a')).toEqual({ id: 'user-7' })
    result = () => Promise.reject(new Error('away'))
    nowMs = 2_000
    await expect(find('a')).rejects.toThrow('away')
    result = async () => null
    expect(await find('a')).toBeNull()
    expect(asked).toBe(4)
  })
})
