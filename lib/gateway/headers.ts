/**
 * Headers as they stand on the wire: name, value, name, value, in order, repeated ones repeated. Node and undici speak
 * this shape already, so the Node carrier copies nothing.
 */
export type RawHeaders = readonly string[]

/** Every value of one header, in order. `name` is lower case. */
export function valuesOf(headers: RawHeaders, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const found = headers[i]
    // Most names are told apart by their length alone.
    if (found?.length === name.length && found.toLowerCase() === name) values.push(headers[i + 1] ?? '')
  }
  return values
}

/** RFC 9110, section 7.6.1, and the names that older software still treats as hop-by-hop. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]

/**
 * What a caller's request never carries upstream. `expect` and `trailer` are spoken by each hop for itself;
 * `openai-organization` and `openai-project` qualify the caller's own key, which is replaced, so they go with it.
 */
const DROPPED_FROM_REQUEST = new Set([
  ...HOP_BY_HOP,
  'host',
  'expect',
  'trailer',
  'alt-used',
  // Who the caller is, here.
  'authorization',
  'x-api-key',
  'api-key',
  'openai-organization',
  'openai-project',
  'cookie',
  'cookie2',
  // Where the request came from, and how.
  'forwarded',
  'via',
  'cdn-loop',
  'client-ip',
  'true-client-ip',
  'fastly-client-ip',
  'fastly-ff',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'x-cloud-trace-context',
  // What some servers read in place of the request line.
  'x-original-url',
  'x-rewrite-url',
  'x-original-host',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // What a browser says about the page that called.
  'origin',
  'referer',
  'dnt',
  'upgrade-insecure-requests',
  'access-control-request-method',
  'access-control-request-headers',
  'access-control-request-private-network',
  // What Next and its hosts write for themselves.
  'rsc',
  'x-matched-path',
])

const DROPPED_FROM_REQUEST_BY_PREFIX = [
  'x-forwarded-',
  'cf-',
  'x-tain-',
  'x-middleware-',
  'x-nextjs-',
  'x-invoke-',
  'next-',
  'x-vercel-',
  'x-now-',
  'x-azure-',
  'x-envoy-',
  'x-appengine-',
  'fly-',
  'sec-',
]

/**
 * What an answer never carries to the caller: beside the hop-by-hop ones, statements about the upstream's own origin.
 * A caller would apply them to this site: a cookie would be set on it (an upstream could plant a session), HSTS would
 * bind the operator's subdomains, Alt-Svc would send clients to a port nobody listens on.
 */
const DROPPED_FROM_RESPONSE = new Set([
  ...HOP_BY_HOP,
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'alt-svc',
  'clear-site-data',
  'nel',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  // The fields themselves are passed on where the caller's connection can carry them.
  'trailer',
  'x-accel-buffering',
  'x-accel-redirect',
  'x-sendfile',
])

const DROPPED_FROM_RESPONSE_BY_PREFIX = ['x-tain-', 'x-middleware-', 'x-nextjs-']

/** The caller's headers as upstream gets them, without credentials. Order, case and repetition stay. */
export function requestHeaders(headers: RawHeaders): string[] {
  return keep(headers, isDroppedFromRequest)
}

/** Upstream's headers as the caller gets them. Order, case and repetition stay. */
export function responseHeaders(headers: RawHeaders): string[] {
  return keep(headers, isDroppedFromResponse)
}

/** Programs send the same few names again and again; what strangers make up is not remembered without end. */
const MAX_REMEMBERED_NAMES = 512
const MAX_REMEMBERED_CHARS = 64

function remembering(isDropped: (lowerName: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const dropped = isDropped(name.toLowerCase())
    if (known.size < MAX_REMEMBERED_NAMES && name.length <= MAX_REMEMBERED_CHARS) known.set(name, dropped)
    return dropped
  }
}

const isDroppedFromRequest = remembering(
  (name) =>
    DROPPED_FROM_REQUEST.has(name) ||
    DROPPED_FROM_REQUEST_BY_PREFIX.some((prefix) => name.startsWith(prefix)),
)
const isDroppedFromResponse = remembering(
  (name) =>
    DROPPED_FROM_RESPONSE.has(name) ||
    DROPPED_FROM_RESPONSE_BY_PREFIX.some((prefix) => name.startsWith(prefix)),
)

function keep(headers: RawHeaders, isDropped: (name: string) => boolean): string[] {
  const named = namedByConnection(headers)
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (isDropped(name) || named?.has(name.toLowerCase())) continue
    kept.push(name, headers[i + 1] ?? '')
  }
  return kept
}

/** What keep-alive says of itself; it names no header. */
const PLAIN_CONNECTION = new Set(['keep-alive', 'Keep-Alive', 'close'])

/**
 * The headers that `Connection` says are for this hop only. `content-length` and `content-type` cannot be taken away
 * so: they describe the body that is passed on (RFC 9110, section 7.6.1, forbids to name such fields).
 */
function namedByConnection(headers: RawHeaders): Set<string> | undefined {
  const named = new Set<string>()
  for (const value of valuesOf(headers, 'connection')) {
    if (PLAIN_CONNECTION.has(value)) continue
    for (const token of value.split(',')) named.add(token.trim().toLowerCase())
  }
  named.delete('content-length')
  named.delete('content-type')
  return named.size > 0 ? named : undefined
}
