import { type RawHeaders, valuesOf } from '../headers.ts'
import { type Refusal, refusals } from '../refusal.ts'
import type { Address } from './address.ts'
import { createNetworkSet, type Network } from './networks.ts'
import { createWordMatcher } from './word-matcher.ts'

export interface AdmissionRules {
  /** Who may come at all; everybody when empty. */
  allowNetworks: readonly Network[]
  /** Who may not, although allowed by the other list. */
  denyNetworks: readonly Network[]
  /** Words in user agents of those who may not come without a token. */
  denyUserAgents: readonly string[]
  /** Names and values of all headers together. */
  maxHeaderBytes?: number
}

/** What the rules look at. */
export interface Candidate {
  method: string
  headers: RawHeaders
  address: Address | undefined
  /** A credential was shown and it is valid here. */
  hasValidToken: boolean
}

/** The refusal to answer with, or undefined for those who may pass. */
export type Admit = (candidate: Candidate) => Refusal | undefined

/** As nginx allows in all (`large_client_header_buffers`); Node itself stops at 16 KB. */
const MAX_HEADER_BYTES = 32 * 1024

/** TRACE and TRACK answer with the request's own headers, and those would be upstream's key. */
const DENIED_METHODS = new Set(['TRACE', 'TRACK', 'CONNECT'])

/**
 * The operator's rules about who may come, over a request's head. Takes time in proportion to the head, whatever the
 * rules; networks are looked up, not searched. A caller whose address is unknown is in no network but `all`.
 */
export function createAdmission(rules: AdmissionRules): Admit {
  const { maxHeaderBytes = MAX_HEADER_BYTES } = rules
  const allowed = createNetworkSet(rules.allowNetworks)
  const denied = createNetworkSet(rules.denyNetworks)
  const isDeniedAgent = createWordMatcher(rules.denyUserAgents)

  return ({ method, headers, address, hasValidToken }) => {
    if (denied.has(address) || !(allowed.isEmpty || allowed.has(address))) return admissionRefusals.network()
    if (DENIED_METHODS.has(method.toUpperCase())) return refusals.methodDenied()
    if (sizeOf(headers) > maxHeaderBytes) return admissionRefusals.headers(maxHeaderBytes)
    if (!hasValidToken && valuesOf(headers, 'user-agent').some(isDeniedAgent)) {
      return admissionRefusals.userAgent()
    }
    return undefined
  }
}

/** As on the wire: `name: value` and a line end. */
function sizeOf(headers: RawHeaders): number {
  let bytes = headers.length * 2
  for (const text of headers) bytes += text.length
  return bytes
}

const admissionRefusals = {
  network: () => denial(403, 'site_network_denied', 'This site does not serve the network you call from.'),
  userAgent: () =>
    denial(
      403,
      'site_user_agent_denied',
      "This site serves programs such as yours only with one of its own tokens, sent as 'Authorization: Bearer <token>'.",
    ),
  headers: (maxBytes: number) =>
    denial(
      431,
      'site_headers_too_large',
      `The request's headers are larger than this site reads (${maxBytes} bytes).`,
    ),
}

/** Trying again changes nothing, and OpenAI's SDKs obey the header. */
function denial(status: number, code: Refusal['code'], message: string): Refusal {
  return { refused: true, status, code, message, headers: ['x-should-retry', 'false'] }
}
