import { type RawHeaders, valuesOf } from '../headers.ts'
import { type ErrorWords, errorWords } from './error-body.ts'
import type { FailureKind } from './failure-kind.ts'
import { statedWaitMs } from './stated-wait.ts'

/** Upstream's answer, before any of it reached the caller. `body`: the beginning of it, where {@link wantsBody}. */
export interface Answer {
  method: string
  status: number
  headers: RawHeaders
  body?: string
}

/** No answer, or half of one. `sent` is false only if no byte of the request can have reached upstream. */
export interface NoAnswer {
  method: string
  failure: FailureKind
  sent: boolean
}

/** What happened, in one word: for the pool, the log and the operator's page. */
export type Reason =
  /** A status below 400. */
  | 'answered'
  /** The caller's own error. */
  | 'request-rejected'
  /** 429: this account, for a while. */
  | 'rate-limited'
  /** 429, 402: this account, until somebody pays. */
  | 'out-of-quota'
  /** 401: the key itself is void. */
  | 'key-rejected'
  /** 401, 403, 429: this account may not do this, which says nothing about what it may do else. */
  | 'not-permitted'
  /** A relay, a firewall or a region on the way refused, not the API. */
  | 'upstream-refused'
  /** The API says that it did not take the request. */
  | 'upstream-overloaded'
  | 'upstream-failed'
  | 'unreachable'
  | 'connection-lost'
  | 'timed-out'
  | 'invalid-answer'
  | 'caller-left'

/** What an outcome means. Every later decision about a request's fate reads this and decides nothing again. */
export interface Verdict {
  reason: Reason
  /** Whose health it counts against. */
  charge: 'nobody' | 'key' | 'account' | 'upstream'
  /**
   * Where the same request may be tried again, before the first byte. `ambiguous`: it may have been processed, so only
   * at another upstream and only where the operator allows it.
   */
  retry: 'never' | 'other-account' | 'other-upstream' | 'ambiguous'
  /** For `rate-limited`: how long upstream asked to be left alone, already within sane bounds. */
  cooldownMs?: number
}

/**
 * A longer pause than this is probed once a minute instead. Limits are counted by model, which is not seen here: one
 * model's exhausted day must not silence a key for the others.
 */
const MAX_COOLDOWN_MS = 60_000
const MIN_COOLDOWN_MS = 100

const VERDICTS = {
  answered: { reason: 'answered', charge: 'nobody', retry: 'never' },
  requestRejected: { reason: 'request-rejected', charge: 'nobody', retry: 'never' },
  rateLimited: { reason: 'rate-limited', charge: 'account', retry: 'other-account' },
  outOfQuota: { reason: 'out-of-quota', charge: 'account', retry: 'other-account' },
  keyRejected: { reason: 'key-rejected', charge: 'key', retry: 'other-account' },
  notPermitted: { reason: 'not-permitted', charge: 'nobody', retry: 'other-account' },
  upstreamRefused: { reason: 'upstream-refused', charge: 'upstream', retry: 'other-upstream' },
  overloaded: { reason: 'upstream-overloaded', charge: 'upstream', retry: 'other-upstream' },
  callerLeft: { reason: 'caller-left', charge: 'nobody', retry: 'never' },
} as const satisfies Record<string, Verdict>

/** Whether an answer's body has a say. The others need not be held back for it. */
export function wantsBody(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 429
}

/**
 * Decides once and for all what an outcome means: whom it is charged to and whether it may be repeated. Pure; `nowMs`
 * is the wall clock. Sources: OpenAI's error codes, its SDKs' retry rules, RFC 9110 section 9.2.2 for safe methods.
 */
export function classify(evidence: Answer | NoAnswer, nowMs = Date.now()): Verdict {
  if ('failure' in evidence) return classifyFailure(evidence)
  if (evidence.status < 400) return VERDICTS.answered
  if (evidence.status >= 500) return classifyServerError(evidence)
  return classifyClientError(evidence, nowMs)
}

function classifyFailure({ failure, sent, method }: NoAnswer): Verdict {
  if (failure === 'caller-left') return VERDICTS.callerLeft
  if (failure === 'malformed') return VERDICTS.requestRejected
  const reasons = {
    connect: 'unreachable',
    reset: 'connection-lost',
    timeout: 'timed-out',
    invalid: 'invalid-answer',
  } as const
  const unsent = failure === 'connect' || !sent
  return { reason: reasons[failure], charge: 'upstream', retry: unsent ? 'other-upstream' : repeat(method) }
}

/** Cloudflare's statuses for an origin it could not speak to at all: refused, unreachable, TLS failed. */
const NEVER_REACHED = new Set([521, 523, 525, 526])

/** 503 and 529 are the API's own word that it did not begin. Any other 5xx may come after the work was done. */
function classifyServerError({ status, headers, method }: Answer): Verdict {
  const advice = valuesOf(headers, 'x-should-retry')[0]?.trim().toLowerCase()
  const verdict: Verdict =
    status === 503 || status === 529
      ? VERDICTS.overloaded
      : {
          reason: 'upstream-failed',
          charge: 'upstream',
          retry: NEVER_REACHED.has(status) ? 'other-upstream' : repeat(method),
        }
  if (advice === 'false') return { ...verdict, retry: 'never' }
  if (advice === 'true') return { ...verdict, retry: 'other-upstream' }
  return verdict
}

/**
 * `x-should-retry` has no say here: it is advice about the same credentials, and another account is another matter;
 * a request that is wrong stays wrong.
 */
function classifyClientError({ status, headers, body }: Answer, nowMs: number): Verdict {
  const error = errorWords(body)
  switch (status) {
    case 401:
      if (spokenOnTheWay(headers, error)) return VERDICTS.upstreamRefused
      return meansVoidKey(error) ? VERDICTS.keyRejected : VERDICTS.notPermitted
    case 402:
      return VERDICTS.outOfQuota
    case 403:
      return spokenOnTheWay(headers, error) || meansWrongRegion(error)
        ? VERDICTS.upstreamRefused
        : VERDICTS.notPermitted
    case 429:
      return classifyTooMany(headers, error, nowMs)
    case 400:
      return error.code === 'billing_hard_limit_reached' ? VERDICTS.outOfQuota : VERDICTS.requestRejected
    default:
      return VERDICTS.requestRejected
  }
}

function classifyTooMany(headers: RawHeaders, error: ErrorWords, nowMs: number): Verdict {
  if (spokenOnTheWay(headers, error)) return VERDICTS.upstreamRefused
  if (meansNoMoney(error)) return VERDICTS.outOfQuota
  if (/overloaded/.test(`${error.code} ${error.type}`)) return VERDICTS.overloaded
  // One request above the whole limit: it is the request, and no waiting helps. A larger account may take it.
  if (/^request too large/i.test(error.message)) return VERDICTS.notPermitted
  const waitMs = statedWaitMs(headers, nowMs, error.type)
  if (waitMs === undefined) return VERDICTS.rateLimited
  const cooldownMs = Math.ceil(Math.min(MAX_COOLDOWN_MS, Math.max(MIN_COOLDOWN_MS, waitMs)))
  return { ...VERDICTS.rateLimited, cooldownMs }
}

/** A gateway such as this one (its codes begin with `site_`), or a firewall's page: the API never saw the request. */
function spokenOnTheWay(headers: RawHeaders, { code }: ErrorWords): boolean {
  return code.startsWith('site_') || /^\s*text\/html\b/i.test(valuesOf(headers, 'content-type')[0] ?? '')
}

/**
 * The status alone does not condemn a key: OpenAI also answers 401 with a null code when a restricted key lacks a
 * scope, so any caller could otherwise disable every key by asking for what none of them may do.
 */
function meansVoidKey({ code, type }: ErrorWords): boolean {
  return (
    /^(?:invalid_api_key|account_deactivated|api_key_(?:disabled|expired|revoked)|key_(?:expired|revoked))$/.test(
      code,
    ) || type === 'authentication_error'
  )
}

function meansNoMoney({ code, type }: ErrorWords): boolean {
  return /quota|billing|credit|spend|usage_limit|access_terminated/.test(`${code} ${type}`)
}

/** Where the request left for OpenAI from, not who sent it. */
function meansWrongRegion({ code }: ErrorWords): boolean {
  return code === 'unsupported_country_region_territory'
}

/** RFC 9110, section 9.2.1: a safe method changes nothing, however often it arrives. */
function repeat(method: string): 'other-upstream' | 'ambiguous' {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 'other-upstream' : 'ambiguous'
}
