import { describe, expect, test } from 'vitest'
import { fault, goDuration, type ScriptStep } from '#server/demo-upstream/script-steps.ts'

test.each([
  [120, '120ms'],
  [1000, '1s'],
  [8640, '8.64s'],
  [360_000, '6m0s'],
  [3_661_000, '1h1m1s'],
])('%d ms is written %s', (durationMs, text) => {
  expect(goDuration(durationMs)).toBe(text)
})

const headersOf = (step: ScriptStep) =>
  new Headers(step.respond?.headers?.map(([name, value]) => [name, value]))

describe('fault.rateLimited', () => {
  test('tells the wait in every header that clients read', () => {
    const headers = headersOf(fault.rateLimited({ retryAfterMs: 1500, dimension: 'tokens' }))
    expect(Object.fromEntries(headers)).toMatchObject({
      'retry-after': '2',
      'retry-after-ms': '1500',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '1.5s',
      'x-ratelimit-remaining-requests': '9999',
    })
  })
})

test.each([
  [fault.rateLimited(), 429, 'rate_limit_exceeded'],
  [fault.quota(), 429, 'insufficient_quota'],
  [fault.invalidKey(), 401, 'invalid_api_key'],
  [fault.forbidden(), 403, 'model_not_found'],
  [fault.badRequest(), 400, 'invalid_value'],
  [fault.serverError(), 500, null],
  [fault.serverError(503), 503, 'server_is_overloaded'],
])('a refusal has the shape of an OpenAI error (case %#)', (step, status, code) => {
  expect(step.respond?.status).toBe(status)
  expect(JSON.parse(String(step.respond?.body))).toEqual({
    error: {
      message: expect.any(String),
      type: expect.any(String),
      param: null,
      code,
    },
  })
  expect(headersOf(step).get('x-request-id')).toMatch(/^req_/)
})
