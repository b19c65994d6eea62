import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestHeaders, responseHeaders, valuesOf } from '#lib/gateway/headers.ts'

const SECRET_OR_INTERNAL = [
  'Authorization',
  'X-Api-Key',
  'api-key',
  'Cookie',
  'Proxy-Authorization',
  'Host',
  'Expect',
  'TE',
  'Transfer-Encoding',
  'Keep-Alive',
  'Upgrade',
  'HTTP2-Settings',
  'Forwarded',
  'Via',
  'X-Forwarded-For',
  'x-forwarded-client-cert',
  'X-Real-IP',
  'CF-Connecting-IP',
  'cf-ray',
  'CDN-Loop',
  'True-Client-IP',
  'X-Original-URL',
  'X-HTTP-Method-Override',
  'x-tain-address',
  'X-Middleware-Subrequest',
  'x-nextjs-data',
  'x-invoke-path',
  'next-action',
  'Next-Router-State-Tree',
  'RSC',
  'x-vercel-id',
  'Origin',
  'Referer',
  'Sec-Fetch-Site',
  'sec-ch-ua',
  'OpenAI-Organization',
  'OpenAI-Project',
]
const PASSED = [
  'Content-Type',
  'content-length',
  'Content-Encoding',
  'Accept',
  'Accept-Encoding',
  'User-Agent',
  'OpenAI-Beta',
  'X-Stainless-Retry-Count',
  'Idempotency-Key',
  'X-Client-Request-Id',
  'traceparent',
  'Range',
  'If-None-Match',
]

const anyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((c, i) => (upper[i] ? c.toUpperCase() : c.toLowerCase())).join(''))
const value = fc.string({ unit: fc.constantFrom(...'abc XYZ019,;="é'), maxLength: 12 })
const pair = (names: string[]) => fc.tuple(fc.constantFrom(...names).chain(anyCase), value)

/** Dropped and passed headers in any order, case and number; each knows which it is. */
const mixture = fc.array(
  fc.oneof(
    pair(SECRET_OR_INTERNAL).map((header) => ({ header, passes: false })),
    pair(PASSED).map((header) => ({ header, passes: true })),
  ),
)

describe('requestHeaders', () => {
  it('keeps exactly what may pass, in order, case and number', () => {
    fc.assert(
      fc.property(mixture, (items) => {
        const kept = requestHeaders(items.flatMap(({ header }) => header))
        expect(kept).toEqual(items.filter(({ passes }) => passes).flatMap(({ header }) => header))
      }),
    )
  })

  it('drops what Connection names, but never the description of the body', () => {
    const headers = ['Connection', 'close, X-Hop', 'connection', 'x-other,content-length, Content-Type']
    const sent = [
      ...headers,
      'x-hop',
      '1',
      'X-Other',
      '2',
      'Content-Length',
      '3',
      'content-type',
      'a/b',
      'x',
      'y',
    ]
    expect(requestHeaders(sent)).toEqual(['Content-Length', '3', 'content-type', 'a/b', 'x', 'y'])
  })
})

describe('responseHeaders', () => {
  it('keeps what OpenAI says, repeated as it was', () => {
    const headers = [
      'x-request-id',
      'req_1',
      'openai-organization',
      'org',
      'openai-processing-ms',
      '12',
      'x-ratelimit-remaining-tokens',
      '1',
      'Retry-After-Ms',
      '250',
      'retry-after',
      '1',
      'Link',
      '<a>',
      'Link',
      '<b>',
      'content-encoding',
      'gzip',
      'content-length',
      '5',
      'Location',
      '/v1/x',
    ]
    expect(responseHeaders(headers)).toEqual(headers)
  })

  it('drops hop-by-hop headers and statements about upstream’s own origin', () => {
    const dropped = [
      ...['Connection', 'keep-alive, x-hop', 'x-hop', '1', 'Keep-Alive', 'timeout=5'],
      ...[
        'Transfer-Encoding',
        'chunked',
        'Set-Cookie',
        '__cf_bm=1',
        'Strict-Transport-Security',
        'max-age=1',
      ],
      ...['Alt-Svc', 'h3=":443"', 'Clear-Site-Data', '"*"', 'NEL', '{}', 'Report-To', '{}'],
      ...['x-tain-upstream', 'forged', 'X-Accel-Redirect', '/etc', 'x-middleware-rewrite', '/'],
    ]
    expect(responseHeaders([...dropped, 'content-type', 'a/b'])).toEqual(['content-type', 'a/b'])
  })
})

describe('valuesOf', () => {
  it('finds every value of a name in any case', () => {
    expect(valuesOf(['A', '1', 'b', '2', 'a', '3'], 'a')).toEqual(['1', '3'])
  })
})
