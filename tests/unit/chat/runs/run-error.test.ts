import { APICallError } from '@ai-sdk/provider'
import { expect, it } from 'vitest'
import { toRunError } from '#lib/chat/runs/run-error.ts'
import type { Refusal } from '#lib/gateway/refusal.ts'
import { refusalBody } from '#lib/gateway/refusal.ts'
import { modelNotAllowed, quotaReached } from '#server/gateway/metering/quota-refusals.ts'

/** As the AI SDK throws what the gateway refused. */
function thrown(refusal: Refusal): APICallError {
  const responseHeaders: Record<string, string> = {}
  for (let at = 0; at < refusal.headers.length; at += 2) {
    responseHeaders[refusal.headers[at] ?? ''] = refusal.headers[at + 1] ?? ''
  }
  const { status: statusCode } = refusal
  const request = { url: 'http://gateway', requestBodyValues: {}, message: refusal.message }
  return new APICallError({ ...request, statusCode, responseHeaders, responseBody: refusalBody(refusal) })
}

it.each([
  ['messagesPerHour', 'quota_hour_messages'],
  ['tokensPerDay', 'quota_day_tokens'],
  ['tokensPerMonth', 'quota_month_tokens'],
  ['costPerDay', 'quota_day_cost'],
  ['costPerMonth', 'quota_month_cost'],
] as const)('says that %s is used up, and when it is there again', (reached, code) => {
  const error = thrown(quotaReached({ reached, resetsAt: 90_000 }, 30_000))
  expect(toRunError(error)).toEqual({ code, retryAfterMs: 60_000 })
})

it('says that enough is running, and that a model may not be asked', () => {
  const running = thrown(quotaReached({ reached: 'streams', resetsAt: undefined }, 0))
  expect(toRunError(running)).toEqual({ code: 'quota_streams', retryAfterMs: 2_000 })
  expect(toRunError(thrown(modelNotAllowed('gpt-9')))).toEqual({ code: 'model_not_allowed' })
})

it.each([
  [401, 'invalid_api_key', 'key_refused'],
  [403, 'model_not_found', 'model_missing'],
  [403, 'unsupported_country_region_territory', 'region_refused'],
  [403, 'other', 'key_refused'],
] as const)('tells a refused key from what the key may not do: %i %s', (statusCode, code, expected) => {
  const responseBody = JSON.stringify({ error: { message: 'No.', type: 'invalid_request_error', code } })
  const error = new APICallError({
    url: 'http://gateway',
    requestBodyValues: {},
    message: 'No.',
    statusCode,
    responseBody,
  })
  expect(toRunError(error)).toEqual({ code: expected, detail: 'No.' })
})
