import type { RawHeaders } from './headers.ts'

/**
 * The gateway's own "no". A value, never thrown. Codes start with `site_`, so that nobody takes one for OpenAI's;
 * `message` is public, a sentence for whoever wrote the calling program.
 */
export interface Refusal {
  readonly refused: true
  readonly status: number
  readonly code: `site_${string}`
  readonly message: string
  readonly headers: RawHeaders
}

/** Narrows the result of a rule that may refuse. */
export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

function refusal(status: number, code: Refusal['code'], message: string, headers: RawHeaders = []): Refusal {
  return { refused: true, status, code, message, headers }
}

/** The official SDKs obey this header: what cannot succeed by itself is not tried three times. */
const DO_NOT_RETRY = ['x-should-retry', 'false']

export const refusals = {
  badPath: (why: string) => refusal(400, 'site_bad_path', `This path cannot be relayed: ${why}.`),
  pathDenied: () => refusal(404, 'site_path_denied', 'This site does not relay administrative paths.'),
  pathDeniedHere: () =>
    refusal(404, 'site_path_denied', 'Whoever runs this site does not relay this path.', DO_NOT_RETRY),
  methodDenied: () =>
    refusal(405, 'site_method_denied', 'This method is not relayed.', ['allow', ALLOWED_METHODS]),
  badRequest: (why: string) => refusal(400, 'site_bad_request', `This request cannot be relayed: ${why}.`),
  noWebSockets: () =>
    refusal(
      501,
      'site_websocket_unsupported',
      'This host of the gateway does not carry WebSockets; the one that npm start runs does. Use the HTTP API, or another address of this site.',
      DO_NOT_RETRY,
    ),
  requestTimeout: () =>
    refusal(408, 'site_request_timeout', 'The request stopped coming in the middle of its body.'),
  bodyTooLarge: (maxBytes: number) =>
    refusal(
      413,
      'site_body_too_large',
      `The request body is larger than this site relays (${maxBytes} bytes).`,
      DO_NOT_RETRY,
    ),
  conflictingCredentials: () =>
    refusal(
      400,
      'site_conflicting_credentials',
      'The request carries two different credentials. Send one: Authorization: Bearer, x-api-key or api-key.',
    ),
  unauthorized: () =>
    refusal(
      401,
      'site_unauthorized',
      "This gateway needs one of its own tokens, sent as 'Authorization: Bearer <token>'. Whoever runs the site sets tokens with GATEWAY_TOKENS, or finds the one made at the first start in the file gateway-token of its data directory.",
      ['www-authenticate', 'Bearer', ...DO_NOT_RETRY],
    ),
  tokensUnavailable: () =>
    refusal(
      503,
      'site_tokens_unavailable',
      'This site cannot look up tokens at the moment. Try again in a few seconds.',
      ['retry-after', '2'],
    ),
  notByThisRelay: () =>
    refusal(401, 'site_unauthorized', 'This relay serves only gateways that know its secret.', DO_NOT_RETRY),
  noUpstream: () =>
    refusal(
      503,
      'site_no_upstream',
      'This site has no upstream configured. Whoever runs it sets OPENAI_API_KEY, OPENAI_BASE_URL or UPSTREAMS.',
      DO_NOT_RETRY,
    ),
  upstreamUnreachable: () =>
    refusal(
      502,
      'site_upstream_unreachable',
      'The upstream API could not be reached, or hung up before it answered.',
    ),
  upstreamTimeout: () =>
    refusal(504, 'site_upstream_timeout', 'The upstream API did not begin its answer in time.'),
  upstreamInvalid: () =>
    refusal(
      502,
      'site_upstream_invalid',
      "The upstream API's answer was not valid HTTP and was not relayed.",
    ),
  upstreamEncoding: () =>
    refusal(
      502,
      'site_upstream_encoding',
      'The upstream API compressed its answer although it was asked not to; this host cannot relay that unchanged.',
    ),
  internal: () => refusal(500, 'site_internal', 'The gateway failed. Its log says why.'),
}

const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** The body of a refusal: OpenAI's error shape, all four keys. */
export function refusalBody({ status, code, message }: Refusal): string {
  return JSON.stringify({ error: { message, type: typeOf(status), param: null, code } })
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

/** All headers of a refusal except the length of its body. */
export function refusalHeaders(refused: Refusal): string[] {
  return ['content-type', 'application/json', 'cache-control', 'no-store', ...refused.headers]
}
