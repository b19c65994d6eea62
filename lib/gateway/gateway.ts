import { draftLine, type GatewayLog, type LogEnding, writeLine } from './gateway-log.ts'
import type { GatewaySettings, Upstream } from './gateway-settings.ts'
import { type RawHeaders, requestHeaders, responseHeaders, valuesOf } from './headers.ts'
import { createIdentify, type Identify, type Sha256 } from './identity.ts'
import { isRefusal, type Refusal, refusals } from './refusal.ts'
import { parseTarget, type Target } from './target.ts'

/** The head of a caller's request. `target` is the raw request target: nobody has decoded or normalised it. */
export interface RequestHead {
  method: string
  target: string
  headers: RawHeaders
}

/** The head of an answer. */
export interface ResponseHead {
  status: number
  reason: string
  headers: RawHeaders
}

/** A request as it goes upstream; its body is the caller's. */
export interface UpstreamRequest {
  origin: string
  /** Path and query, byte for byte. */
  path: string
  method: string
  headers: string[]
}

/** How a forwarded request ended. `cause` is internal: an error's code, for the log only. */
export type Outcome =
  /** Upstream gave no answer and nothing has been said to the caller yet. */
  | { end: 'unanswered'; refusal: Refusal; cause: string; bytesIn: number }
  /** The caller has everything, or upstream broke off and so did we, or the caller went away. */
  | {
      end: 'complete' | 'broken' | 'left'
      status: number
      cause?: string
      bytesIn: number
      bytesOut: number
      /** From the call of `forward` to upstream's head; absent when there was none. */
      ttfbMs?: number
    }

/**
 * One request in the hands of a carrier: the streams are its own, the decisions are made here.
 *
 * `forward` sends the request, relays the answer with the head that `toCaller` makes of upstream's, and resolves when
 * the last byte is delivered or cannot be. It passes back-pressure and disconnects on in both directions, breaks the
 * caller's stream when upstream's breaks, and never rejects.
 */
export interface Exchange {
  readonly head: RequestHead
  refuse(refusal: Refusal): void
  forward(request: UpstreamRequest, toCaller: (answer: ResponseHead) => ResponseHead): Promise<Outcome>
}

interface LocatedUpstream extends Upstream {
  origin: string
  /** What stands in place of `/v1`. */
  basePath: string
}

/** What all requests share. */
export interface Gateway {
  upstream?: LocatedUpstream
  identify: Identify
  maxBodyBytes?: number
  log: GatewayLog
}

/** What a host lends. */
export interface GatewayTools {
  log: GatewayLog
  /** Where the host has a faster one than Web Crypto's. */
  sha256?: Sha256
}

/** Prepares what all requests share. Throws a TypeError when the upstream's URL is not one. */
export function createGateway(settings: GatewaySettings, { log, sha256 }: GatewayTools): Gateway {
  const { upstream, maxBodyBytes } = settings
  const gateway: Gateway = {
    identify: createIdentify(settings, sha256),
    log,
    ...(maxBodyBytes && { maxBodyBytes }),
  }
  if (!upstream) return gateway
  const { origin, pathname } = new URL(upstream.url)
  return { ...gateway, upstream: { ...upstream, origin, basePath: pathname.replace(/\/+$/, '') } }
}

/** A request's way through the gateway, top to bottom. Resolves when it is over; never rejects. */
export async function serve(exchange: Exchange, gateway: Gateway): Promise<void> {
  const { head } = exchange
  const line = draftLine(head.method)
  const settle = (ending: LogEnding) => writeLine(gateway.log, line, ending)
  const refuse = (refusal: Refusal, more?: Pick<LogEnding, 'cause' | 'bytesIn'>) => {
    exchange.refuse(refusal)
    settle({ end: 'refused', status: refusal.status, code: refusal.code, ...more })
  }
  try {
    const target = admit(head, gateway)
    if (isRefusal(target)) return refuse(target)
    line.route = target.route

    const caller = await gateway.identify(head.headers)
    if (isRefusal(caller)) return refuse(caller)
    line.caller = caller.kind

    const { upstream } = gateway
    if (!upstream) return refuse(refusals.noUpstream())
    line.upstream = upstream.name
    const outcome = await exchange.forward(toUpstream(head, target, upstream), (answer) =>
      toCaller(answer, upstream),
    )
    if (outcome.end !== 'unanswered') return settle(outcome)
    refuse(outcome.refusal, { cause: outcome.cause, bytesIn: outcome.bytesIn })
  } catch (error) {
    refuse(refusals.internal(), { cause: error instanceof Error ? error.name : 'unknown' })
  }
}

/** The rules that need nothing but the request's head. */
function admit({ method, target, headers }: RequestHead, { maxBodyBytes }: Gateway): Target | Refusal {
  // TRACE answers with the request's own headers, and those would be upstream's key.
  if (/^(?:TRACE|TRACK|CONNECT)$/i.test(method)) return refusals.methodDenied()
  if (maxBodyBytes !== undefined && Number(valuesOf(headers, 'content-length')[0]) > maxBodyBytes) {
    return refusals.bodyTooLarge(maxBodyBytes)
  }
  return parseTarget(target)
}

function toUpstream(head: RequestHead, target: Target, upstream: LocatedUpstream): UpstreamRequest {
  const headers = requestHeaders(head.headers)
  if (upstream.key) headers.push('authorization', `Bearer ${upstream.key}`)
  const path = upstream.basePath + target.rest
  return {
    origin: upstream.origin,
    path: path.startsWith('/') ? path : `/${path}`,
    method: head.method,
    headers,
  }
}

/** `x-accel-buffering` keeps a proxy such as nginx from holding back a stream (and is taken off by it). */
function toCaller(answer: ResponseHead, upstream: LocatedUpstream): ResponseHead {
  const headers = responseHeaders(answer.headers)
  headers.push('x-accel-buffering', 'no', 'x-tain-upstream', upstream.name)
  return { ...answer, headers }
}
