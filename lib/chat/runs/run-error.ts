import { APICallError } from '@ai-sdk/provider'
import { z } from 'zod'
import type { RunError, RunErrorCode } from '../contract.ts'
import { ModelCannotSee } from '../files/model-files.ts'
import { ModelNotOffered } from '../models.ts'
import { parseJson } from '../parse-json.ts'
import { ModelListError } from '../upstream-models.ts'

/** OpenAI's error shape, as upstream and the gateway send it, read leniently. */
const errorBody = z.object({
  error: z.object({
    message: z.string().nullish(),
    type: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
    param: z.string().nullish(),
  }),
})

const MONEY = /insufficient_quota|billing|credit|spend|usage_limit/
const REFUSED = /content_policy|content_filter|moderation|safety/
/** Limits of an account as the gateway names them. The page has a sentence for each, so the gateway's is left out. */
const QUOTAS: Record<string, RunErrorCode> = {
  messagesPerHour: 'quota_hour_messages',
  tokensPerDay: 'quota_day_tokens',
  tokensPerMonth: 'quota_month_tokens',
  costPerDay: 'quota_day_cost',
  costPerMonth: 'quota_month_cost',
  streams: 'quota_streams',
}
const TOO_LONG = /context_length|string_above_max|too_long|too_large/

/**
 * Why a run failed, from whatever the AI SDK or `fetch` threw. Keeps upstream's public sentence and when to try again;
 * never a header or a request.
 */
export function toRunError(error: unknown): RunError {
  if (error instanceof ModelNotOffered) return { code: 'model_missing', detail: error.message }
  if (error instanceof ModelCannotSee) return { code: 'no_vision' }
  if (!(APICallError.isInstance(error) || error instanceof ModelListError)) return fromStreamError(error)
  const parsed = errorBody.safeParse(parseJson(error.responseBody ?? ''))
  const { message, type, code } = parsed.data?.error ?? {}
  const status = error.statusCode
  const headers = APICallError.isInstance(error) ? error.responseHeaders : undefined
  if (code === 'site_model_not_allowed') return { code: 'model_not_allowed' }
  if (code === 'site_quota_reached') {
    return { code: QUOTAS[headers?.['x-tain-quota-reached'] ?? ''] ?? 'site_limit', ...retryAfter(headers) }
  }
  return {
    code: status === undefined ? 'upstream_down' : classify(status, `${code ?? ''} ${type ?? ''}`),
    ...(message ? { detail: message } : {}),
    ...retryAfter(headers),
  }
}

/** The parameter that upstream would not have, if that is why it refused the request. */
export function refusedParameter(error: unknown): string | undefined {
  if (!APICallError.isInstance(error)) return undefined
  return errorBody.safeParse(parseJson(error.responseBody ?? '')).data?.error.param ?? undefined
}

function classify(status: number, codes: string): RunErrorCode {
  if (codes.includes('site_rate_limited')) return 'site_limit'
  if (codes.includes('site_no_upstream')) return 'no_key'
  if (codes.includes('site_upstream')) return 'upstream_down'
  if (MONEY.test(codes) || status === 402) return 'account_money'
  if (status === 429) return 'account_rate'
  if (/model_not_found/.test(codes) || status === 404) return 'model_missing'
  if (/unsupported_country/.test(codes)) return 'region_refused'
  if (status === 401 || status === 403) return 'key_refused'
  if (TOO_LONG.test(codes) || status === 413) return 'too_long'
  if (REFUSED.test(codes)) return 'content_refused'
  // The AI SDK reports a stream that broke as an error of the 200 it began with.
  if (status < 400) return 'upstream_down'
  return status >= 500 ? 'upstream_down' : 'bad_request'
}

/** Errors that came inside a stream (an `error` event of the API), or from the network. */
function fromStreamError(error: unknown): RunError {
  const inside = errorBody.safeParse({ error }).data?.error ?? errorBody.safeParse(error).data?.error
  const codes = `${inside?.code ?? ''} ${inside?.type ?? ''}`.trim()
  if (error instanceof Error || codes === '') return { code: 'upstream_down' }
  const code = /rate_limit|slow_down/.test(codes) ? 'account_rate' : classify(500, codes)
  return { code, ...(inside?.message ? { detail: inside.message } : {}) }
}

function retryAfter(headers: Record<string, string> | undefined): { retryAfterMs?: number } {
  const ms = Number(headers?.['retry-after-ms'] ?? Number.NaN)
  if (ms >= 0) return { retryAfterMs: ms }
  const text = headers?.['retry-after']
  if (text === undefined) return {}
  const seconds = Number(text)
  const waitMs = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1000
  return waitMs >= 0 ? { retryAfterMs: waitMs } : {}
}
