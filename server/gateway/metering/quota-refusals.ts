import type { CountedLimit } from '#lib/accounts/quotas/quota.ts'
import type { QuotaReached } from '#lib/accounts/quotas/reserve.ts'
import type { Refusal } from '#lib/gateway/refusal.ts'

/** What the chat reads, to say it in the person's language. */
const REACHED_HEADER = 'x-tain-quota-reached'

/** Nobody knows when a running request ends; OpenAI's SDKs wait so long by themselves. */
const STREAM_RETRY_MS = 2_000
/** A wait that OpenAI's SDKs would not make, so that they need not ask three times. */
const LONG_MS = 60_000

const NAMES: Record<CountedLimit, string> = {
  messagesPerHour: 'requests per hour',
  tokensPerDay: 'tokens per day',
  tokensPerMonth: 'tokens per month',
  costPerDay: 'cost per day',
  costPerMonth: 'cost per month',
  streams: 'requests at a time',
}

/** Which limit of the account stood in the way, and when it is whole again. */
export function quotaReached({ reached, resetsAt }: QuotaReached, now: number): Refusal {
  const waitMs = resetsAt === undefined ? STREAM_RETRY_MS : Math.max(1_000, resetsAt - now)
  const when =
    resetsAt === undefined
      ? 'Try again when one of them has ended.'
      : `It is whole again at ${new Date(resetsAt).toISOString()}.`
  return {
    refused: true,
    status: 429,
    code: 'site_quota_reached',
    message: `This is this site's own limit, not OpenAI's: not enough is left of your ${NAMES[reached]}. ${when}`,
    headers: [
      ...['retry-after', String(Math.ceil(waitMs / 1_000)), 'retry-after-ms', String(waitMs)],
      ...[REACHED_HEADER, reached],
      ...(waitMs > LONG_MS ? DO_NOT_RETRY : []),
    ],
  }
}

export const modelNotAllowed = (model: string | undefined): Refusal =>
  refusal(
    403,
    'site_model_not_allowed',
    model === undefined
      ? 'This site lets you ask certain models only, and the model of this request could not be read: name one, once, in a body of at most 1 MB.'
      : `This site does not let you ask the model ${JSON.stringify(model)}.`,
  )

export const cannotBeCounted = (): Refusal =>
  refusal(
    403,
    'site_quota_uncountable',
    'This site counts what you use, and what this request comes to could not be counted. Ask chat completions, responses (not in the background), embeddings, images or audio over HTTP.',
  )

export const uploadTooLarge = (maxBytes: number): Refusal =>
  refusal(
    413,
    'site_upload_too_large',
    `This site lets you upload files of at most ${maxBytes} bytes, of an announced length.`,
  )

const DO_NOT_RETRY = ['x-should-retry', 'false']

const refusal = (status: number, code: Refusal['code'], message: string): Refusal => ({
  refused: true,
  status,
  code,
  message,
  headers: DO_NOT_RETRY,
})
