import { type Refusal, refusals } from './refusal.ts'

/** What a caller is told about an upstream that did not answer, and the error's code for the log. */
export function failureOf(error: unknown): { refusal: Refusal; cause: string } {
  const cause = codeOf(error)
  return { refusal: refusalOf(cause), cause }
}

/** The code (or else the class) of the error at the bottom: `fetch` wraps what happened. Never a message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.cause instanceof Error) return codeOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Codes are those of Node and undici, which also carry `fetch` on Node, and one of the Node carrier's own. */
function refusalOf(code: string): Refusal {
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return refusals.upstreamTimeout()
    case 'CALLER_SILENT':
      return refusals.requestTimeout()
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return refusals.badRequest('one of its headers is malformed')
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'ERR_INVALID_CHAR':
    case 'ERR_HTTP_INVALID_STATUS_CODE':
    case 'HTTPParserError':
      return refusals.upstreamInvalid()
    default:
      return code.startsWith('HPE_') ? refusals.upstreamInvalid() : refusals.upstreamUnreachable()
  }
}
