import { describe, expect, it } from 'vitest'
import type {
  AnswerPolicy,
  Exchange,
  Outcome,
  RequestHead,
  ResponseHead,
  UpstreamRequest,
} from '#lib/gateway/exchange.ts'
import { createGateway, serve } from '#lib/gateway/gateway.ts'
import type { GatewayLogFields } from '#lib/gateway/gateway-log.ts'
import type { GatewaySettings } from '#lib/gateway/gateway-settings.ts'
import { type Refusal, refusals } from '#lib/gateway/refusal.ts'
import { addressOf } from '#lib/gateway/upstreams/parse-upstreams.ts'

const TOKEN = 'tain-a-token-of-this-site'
const settings: GatewaySettings = {
  upstreams: [{ name: 'openai', origin: 'https://api.openai.com', basePath: '/v1' }],
  keys: [{ account: 'only', secret: 'sk-key' }],
  open: false,
  tokens: [TOKEN],
  idleTimeoutMs: 1000,
  connectTimeoutMs: 1000,
}
const request: RequestHead = {
  method: 'POST',
  target: '/v1/chat/completions?a=b',
  headers: ['Host', 'site', 'authorization', `Bearer ${TOKEN}`, 'X-A', '1'],
}
const complete: Outcome = { end: 'complete', status: 200, ttfbMs: 5, bytesIn: 10, bytesOut: 20 }

/** Runs a request through the spine with a carrier that only notes what it is told. */
async function run(given: {
  head?: Partial<RequestHead>
  settings?: Partial<GatewaySettings>
  forward?: (policy: AnswerPolicy) => Outcome
}) {
  const seen = {
    refused: [] as Refusal[],
    sent: [] as UpstreamRequest[],
    lines: [] as Array<[string, GatewayLogFields]>,
  }
  const gateway = createGateway(
    { ...settings, ...given.settings },
    { log: (level, _event, fields) => seen.lines.push([level, fields]) },
  )
  const exchange: Exchange = {
    head: { ...request, ...given.head },
    signal: new AbortController().signal,
    replayable: true,
    peekBody: async () => ({ bytes: new Uint8Array(), isWhole: true }),
    refuse: (refusal) => seen.refused.push(refusal),
    forward: async (upstreamRequest, policy) => {
      seen.sent.push(upstreamRequest)
      return given.forward?.(policy) ?? complete
    },
  }
  await serve(exchange, gateway)
  return seen
}

describe('serve', () => {
  it('sends a request upstream with the key and writes one line about it', async () => {
    const { sent, refused, lines } = await run({})
    expect(sent).toEqual([
      {
        origin: 'https://api.openai.com',
        path: '/v1/chat/completions?a=b',
        method: 'POST',
        headers: ['X-A', '1', 'authorization', 'Bearer sk-key'],
      },
    ])
    expect(refused).toEqual([])
    expect(lines).toEqual([
      [
        'info',
        {
          method: 'POST',
          route: '/v1/chat',
          caller: 'token',
          upstream: 'openai',
          ...complete,
          durationMs: expect.any(Number),
        },
      ],
    ])
  })

  it.each([
    ['https://relay.example/openai/v1', '/v1/models', 'https://relay.example', '/openai/v1/models'],
    ['http://127.0.0.1:11434/v1/', '/v1', 'http://127.0.0.1:11434', '/v1'],
    ['http://h:1', '/v1/models?x', 'http://h:1', '/v1/models?x'],
  ])('puts %s in place of /v1', async (url, target, origin, path) => {
    const upstreams = [addressOf('x', url)].filter((it) => it !== undefined)
    const { sent } = await run({ head: { target }, settings: { upstreams, keys: [] } })
    expect(sent).toMatchObject([{ origin, path, headers: ['X-A', '1'] }])
  })

  it('names the upstream to the caller', async () => {
    let head: ResponseHead | undefined
    const answer = { status: 418, reason: 'Teapot', headers: ['X-B', '2', 'Set-Cookie', 'a=b'] }
    await run({
      forward: (policy) => {
        head = policy.onHead(answer)
        return complete
      },
    })
    const headers = [
      'X-B',
      '2',
      'x-accel-buffering',
      'no',
      'x-tain-upstream',
      'openai',
      'x-tain-attempts',
      '1',
    ]
    expect(head).toEqual({ status: 418, reason: 'Teapot', headers })
  })

  it.each<[string, Parameters<typeof run>[0], string]>([
    ['a bad path', { head: { target: '/v1/../x' } }, 'site_bad_path'],
    ['administration', { head: { target: '/v1/projects' } }, 'site_path_denied'],
    ['TRACE', { head: { method: 'trace' } }, 'site_method_denied'],
    ['no token', { head: { headers: [] } }, 'site_unauthorized'],
    ['no upstream', { settings: { upstreams: [] } }, 'site_no_upstream'],
    [
      'a body that is too large by its own account',
      { settings: { maxBodyBytes: 5 }, head: { headers: [...request.headers, 'Content-Length', '6'] } },
      'site_body_too_large',
    ],
  ])('refuses %s before anything is sent', async (_what, given, code) => {
    const { sent, refused, lines } = await run(given)
    expect(sent).toEqual([])
    expect(refused).toMatchObject([{ code }])
    expect(lines).toMatchObject([[expect.any(String), { end: 'refused', code, status: refused[0]?.status }]])
  })

  it('judges the path before the token: a stranger learns nothing by guessing paths', async () => {
    const { refused } = await run({ head: { target: '/v1/organization', headers: [] } })
    expect(refused).toMatchObject([{ code: 'site_path_denied' }])
  })

  it('tells the caller what upstream did not, and the log why', async () => {
    const unanswered: Outcome = {
      end: 'unanswered',
      refusal: refusals.upstreamUnreachable(),
      cause: 'ECONNREFUSED',
      failure: 'connect',
      sent: false,
      bytesIn: 7,
    }
    const { refused, lines } = await run({ forward: () => unanswered })
    expect(refused).toMatchObject([{ code: 'site_upstream_unreachable' }])
    expect(lines).toMatchObject([['warn', { cause: 'ECONNREFUSED', bytesIn: 7, status: 502 }]])
  })

  it('answers for its own faults without showing them', async () => {
    const { refused, lines } = await run({
      forward: () => {
        throw new RangeError('a secret detail')
      },
    })
    expect(refused).toMatchObject([{ status: 500, code: 'site_internal' }])
    expect(lines).toMatchObject([['error', { cause: 'RangeError' }]])
    expect(JSON.stringify([refused, lines])).not.toContain('secret detail')
  })

  it('takes a broken stream for a warning', async () => {
    const { lines } = await run({ forward: () => ({ ...complete, end: 'broken', cause: 'ECONNRESET' }) })
    expect(lines).toMatchObject([['warn', { end: 'broken', cause: 'ECONNRESET', status: 200 }]])
  })
})
