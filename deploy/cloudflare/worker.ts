import { waitUntil } from 'cloudflare:workers'
import { ConfigError, parseConfig } from '#lib/config.ts'
import type { Send } from '#lib/gateway/fetch-exchange.ts'
import { createFetchGateway, type FetchGateway } from '#lib/gateway/fetch-gateway.ts'
import { createRemoteStore } from '#lib/gateway/limits/remote-store.ts'
import { type Refusal, refusalBody, refusalHeaders, refusals } from '#lib/gateway/refusal.ts'
import { gatewaySettings } from '#lib/gateway-config.ts'
import { createDurableLimits, type LimitsNamespace } from './durable-limits.ts'
import { joinSocket } from './join-socket.ts'

export { LimitsObject } from './limits-object.ts'

/**
 * The gateway as a Cloudflare Worker. Where it differs from the Node host, and what the compatibility flags are for:
 * docs/cloudflare.md.
 */

/** Variables and secrets, and bindings of other kinds, which are nobody's settings. */
type Bindings = Record<string, unknown>
type Context = { waitUntil(promise: Promise<unknown>): void }

/** workerd's own: passes bytes on under a `content-length`, and fails unless exactly so many come. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>

let gateway: FetchGateway | undefined

async function serve(request: Request, bindings: Bindings, context: Context): Promise<Response> {
  try {
    gateway ??= openGateway(bindings)
  } catch (error) {
    // What a ConfigError says never contains a secret, but it is for whoever runs this, not for callers.
    console.error(error instanceof ConfigError ? error.message : error)
    return refuse(refusals.internal())
  }
  const lost = lossOf(request)
  if (lost) return refuse(refusals.badRequest(lost))
  // Cloudflare's edge writes this header over whatever a caller says.
  const address = request.headers.get('cf-connecting-ip') ?? undefined
  const answering = gateway(request, rawTargetOf(request.url), address)
  // A caller who leaves ends the Worker at once, unless something is still to be done: the line of the log.
  context.waitUntil(answering)
  return withLength(request, await answering)
}

function openGateway(bindings: Bindings): FetchGateway {
  const texts = Object.entries(bindings).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const config = parseConfig(Object.fromEntries(texts))
  const rank = { info: 0, warn: 1, error: 2, silent: 3 }
  const log = (level: 'info' | 'warn' | 'error', event: string, fields: object) => {
    if (rank[level] < rank[config.LOG_LEVEL]) return
    console.log(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }))
  }
  // Bound in wrangler.jsonc; who deploys without it has limits in each isolate.
  const limits = bindings.LIMITS as LimitsNamespace | undefined
  const onLocal = (error: unknown) =>
    log('warn', 'limits_local', { code: error instanceof Error ? error.name : 'unknown' })
  return createFetchGateway(gatewaySettings(config), {
    log,
    tell: log,
    fetch: send,
    joinSocket,
    ...(limits && {
      limitStore: createRemoteStore(createDurableLimits(limits), { onLocal, keepAwake: waitUntil }),
    }),
  })
}

/** workerd hands the target over as it stood on the request line, behind scheme and host. `new URL` would tidy it up. */
function rawTargetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#\\]*/i, '')
}

/** What this host would lose of a request, if anything. workerd puts U+FFFD where a header is not UTF-8. */
function lossOf({ method, headers, body }: Request): string | undefined {
  if (body && (method === 'GET' || method === 'HEAD'))
    return `this host loses the body of a ${method} request`
  if ([...headers.values()].some((value) => value.includes('\ufffd')))
    return 'one of its headers is not UTF-8'
}

/** A stream that JavaScript made goes out in chunks whatever its `content-length` says; this keeps the length. */
const send: Send = (url, init) => {
  const length = new Headers(init.headers).get('content-length')
  if (length === null || !(init.body instanceof ReadableStream)) return fetch(url, init)
  return fetch(url, { ...init, body: init.body.pipeThrough(new FixedLengthStream(Number(length))) })
}

/** As `send`, for answers. */
function withLength(request: Request, response: Response): Response {
  const length = response.headers.get('content-length')
  if (length === null || !response.body || request.method === 'HEAD') return response
  return new Response(response.body.pipeThrough(new FixedLengthStream(Number(length))), response)
}

function refuse(refusal: Refusal): Response {
  const raw = refusalHeaders(refusal)
  const headers = new Headers()
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i] ?? '', raw[i + 1] ?? '')
  return new Response(refusalBody(refusal), { status: refusal.status, headers })
}

export default { fetch: serve }
