/** How a request ended that got no answer, or no whole one. */
export type FailureKind =
  /** No connection: name, address, TLS. Nothing was sent, not even the key. */
  | 'connect'
  /** The connection was lost. */
  | 'reset'
  /** Upstream stayed silent. */
  | 'timeout'
  /** Upstream's answer was not HTTP. */
  | 'invalid'
  /** The request cannot be sent by any upstream: the caller's own mistake. */
  | 'malformed'
  /** The caller went away. */
  | 'caller-left'

/** TLS errors of Node: the handshake failed, so nothing was sent. */
const TLS = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/

/**
 * Puts the error codes of Node and undici (`codeOf` in `upstream-failure.ts`) in kinds. A code that nobody knows is a
 * lost connection, which promises least about what upstream may have read.
 */
export function failureKindOf(code: string): FailureKind {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'connect'
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'ETIMEDOUT':
      return 'timeout'
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'ERR_INVALID_CHAR':
    case 'ERR_HTTP_INVALID_STATUS_CODE':
      return 'invalid'
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return 'malformed'
    default:
      if (TLS.test(code)) return 'connect'
      return code.startsWith('HPE_') ? 'invalid' : 'reset'
  }
}
