import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classify, type Verdict } from '#lib/gateway/outcome/classify.ts'
import { type FailureKind, failureKindOf } from '#lib/gateway/outcome/failure-kind.ts'

const NOW = Date.UTC(2026, 10, 5, 12, 0, 0)

interface Given {
  status: number
  method?: string
  headers?: string[]
  error?: Record<string, unknown>
  body?: string
}

function verdictOn({ status, method = 'POST', headers = [], error, body }: Given): Verdict {
  const text = error ? JSON.stringify({ error }) : body
  return classify({ method, status, headers, ...(text !== undefined && { body: text }) }, NOW)
}

const short = ({ reason, charge, retry }: Verdict) => `${reason}/${charge}/${retry}`

describe("the caller's own matters", () => {
  test.each([200, 201, 204, 206, 301, 304])('%i is an answer', (status) => {
    expect(short(verdictOn({ status }))).toBe('answered/nobody/never')
  })

  test.each([400, 404, 405, 408, 409, 413, 415, 422, 451])(
    '%i is charged to nobody and never repeated',
    (status) => {
      for (const headers of [[], ['x-should-retry', 'true']]) {
        expect(short(verdictOn({ status, headers }))).toBe('request-rejected/nobody/never')
      }
    },
  )
})

describe('401', () => {
  test('a key that the API calls void is dead', () => {
    expect(short(verdictOn({ status: 401, error: { code: 'invalid_api_key' } }))).toBe(
      'key-rejected/key/other-account',
    )
    expect(short(verdictOn({ status: 401, error: { type: 'authentication_error', code: null } }))).toBe(
      'key-rejected/key/other-account',
    )
  })

  test('a missing scope, or no explanation at all, kills no key', () => {
    const scope = {
      message: 'You have insufficient permissions for this operation. Missing scopes: api.model.read.',
      type: 'invalid_request_error',
      param: null,
      code: null,
    }
    expect(short(verdictOn({ status: 401, error: scope }))).toBe('not-permitted/nobody/other-account')
    expect(short(verdictOn({ status: 401, method: 'HEAD' }))).toBe('not-permitted/nobody/other-account')
    expect(short(verdictOn({ status: 401, body: '{"detail":"no"}' }))).toBe(
      'not-permitted/nobody/other-account',
    )
  })

  test("a relay that refuses the site's own token is the relay's trouble", () => {
    expect(short(verdictOn({ status: 401, error: { code: 'site_unauthorized' } }))).toBe(
      'upstream-refused/upstream/other-upstream',
    )
    expect(short(verdictOn({ status: 401, headers: ['content-type', 'text/html'], body: '<html>' }))).toBe(
      'upstream-refused/upstream/other-upstream',
    )
  })
})

test('403 lacks a right and is tried with another account; a region or firewall is the way, not the key', () => {
  expect(short(verdictOn({ status: 403, error: { code: 'model_not_found' } }))).toBe(
    'not-permitted/nobody/other-account',
  )
  expect(short(verdictOn({ status: 403 }))).toBe('not-permitted/nobody/other-account')
  for (const given of [
    { error: { code: 'unsupported_country_region_territory' } },
    { headers: ['Content-Type', 'text/html; charset=UTF-8'], body: '<!doctype html>' },
  ]) {
    expect(short(verdictOn({ status: 403, ...given }))).toBe('upstream-refused/upstream/other-upstream')
  }
})

describe('429', () => {
  test.each([
    'insufficient_quota',
    'credit_balance_exhausted',
    'billing_not_active',
    'spend_limit_reached',
    'usage_limit_exceeded',
  ])('%s puts the account out of service', (code) => {
    const headers = ['x-should-retry', 'false']
    expect(short(verdictOn({ status: 429, headers, error: { code } }))).toBe(
      'out-of-quota/account/other-account',
    )
  })

  test('so do 402 and the 400 with which the image API says it', () => {
    expect(short(verdictOn({ status: 402 }))).toBe('out-of-quota/account/other-account')
    expect(short(verdictOn({ status: 400, error: { code: 'billing_hard_limit_reached' } }))).toBe(
      'out-of-quota/account/other-account',
    )
  })

  test.each([
    [['retry-after-ms', '1500', 'retry-after', '9'], 1500],
    [['retry-after', '9', 'x-ratelimit-remaining-requests', '0', 'x-ratelimit-reset-requests', '20s'], 9000],
    [['retry-after', new Date(NOW + 7000).toUTCString()], 7000],
    [['x-ratelimit-remaining-requests', '0', 'x-ratelimit-reset-requests', '8.64s'], 8640],
    [
      [
        'x-ratelimit-remaining-requests',
        '12',
        'x-ratelimit-reset-requests',
        '30s',
        'X-RateLimit-Reset-Tokens',
        '120ms',
      ],
      120,
    ],
    [['retry-after', '0'], 100],
    [['retry-after', '86400'], 60_000],
    [['x-ratelimit-remaining-tokens', '0', 'x-ratelimit-reset-tokens', '6m0s'], 60_000],
    [['retry-after', '-1'], undefined],
    [['retry-after', 'soon'], undefined],
    [[], undefined],
  ])('a limit with %j cools the account for %s ms', (headers, cooldownMs) => {
    const verdict = verdictOn({
      status: 429,
      headers,
      error: { code: 'rate_limit_exceeded', type: 'tokens' },
    })
    expect(short(verdict)).toBe('rate-limited/account/other-account')
    expect(verdict.cooldownMs).toBe(cooldownMs)
  })

  test('a request above the whole limit punishes nobody', () => {
    const error = {
      code: 'rate_limit_exceeded',
      type: 'tokens',
      message: 'Request too large for gpt-5 on tokens',
    }
    expect(short(verdictOn({ status: 429, error }))).toBe('not-permitted/nobody/other-account')
  })

  test("an overloaded engine and a relay's own limit are charged to the upstream", () => {
    expect(short(verdictOn({ status: 429, error: { type: 'engine_overloaded' } }))).toBe(
      'upstream-overloaded/upstream/other-upstream',
    )
    expect(short(verdictOn({ status: 429, error: { code: 'site_rate_limited' } }))).toBe(
      'upstream-refused/upstream/other-upstream',
    )
  })

  test.each([
    ['text', fc.string({ unit: 'binary' })],
    ['JSON', fc.json()],
  ])('whatever %s the body holds, the account is the most it can cost', (_, bodies) => {
    fc.assert(
      fc.property(bodies, (body) => {
        const { charge, retry } = verdictOn({ status: 429, body })
        expect(charge).not.toBe('key')
        expect(retry).toMatch(/^other-/)
      }),
    )
  })
})

describe('5xx', () => {
  test.each([
    [503, 'POST', 'other-upstream'],
    [529, 'POST', 'other-upstream'],
    [521, 'POST', 'other-upstream'],
    [500, 'POST', 'ambiguous'],
    [502, 'POST', 'ambiguous'],
    [504, 'PUT', 'ambiguous'],
    [524, 'DELETE', 'ambiguous'],
    [500, 'GET', 'other-upstream'],
    [504, 'HEAD', 'other-upstream'],
  ])('%i to %s: %s', (status, method, retry) => {
    expect(verdictOn({ status, method })).toMatchObject({ charge: 'upstream', retry })
  })

  test("x-should-retry is upstream's own word on it", () => {
    expect(verdictOn({ status: 500, headers: ['X-Should-Retry', 'true'] }).retry).toBe('other-upstream')
    expect(verdictOn({ status: 503, headers: ['x-should-retry', 'false'] }).retry).toBe('never')
    expect(verdictOn({ status: 503, headers: ['x-should-retry', 'perhaps'] }).retry).toBe('other-upstream')
  })
})

describe('no answer', () => {
  const failures: [FailureKind, boolean, string, string][] = [
    ['connect', true, 'POST', 'unreachable/upstream/other-upstream'],
    ['reset', false, 'POST', 'connection-lost/upstream/other-upstream'],
    ['reset', true, 'POST', 'connection-lost/upstream/ambiguous'],
    ['reset', true, 'GET', 'connection-lost/upstream/other-upstream'],
    ['timeout', true, 'POST', 'timed-out/upstream/ambiguous'],
    ['invalid', true, 'POST', 'invalid-answer/upstream/ambiguous'],
    ['malformed', false, 'POST', 'request-rejected/nobody/never'],
    ['caller-left', true, 'GET', 'caller-left/nobody/never'],
  ]
  test.each(failures)('%s, sent: %s, %s → %s', (failure, sent, method, verdict) => {
    expect(short(classify({ failure, sent, method }))).toBe(verdict)
  })

  test.each([
    ['ENOTFOUND', 'connect'],
    ['ECONNREFUSED', 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'connect'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'connect'],
    ['CERT_HAS_EXPIRED', 'connect'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['TypeError', 'reset'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['HPE_INVALID_CONSTANT', 'invalid'],
    ['UND_ERR_INVALID_ARG', 'malformed'],
  ])('the code %s is %s', (code, kind) => {
    expect(failureKindOf(code)).toBe(kind)
  })
})
