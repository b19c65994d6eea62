import type { RequestHead, UpstreamRequest } from './exchange.ts'
import { requestHeaders } from './headers.ts'
import { RELAY_SECRET_HEADER } from './identity.ts'
import type { UpstreamAddress } from './upstreams/parse-upstreams.ts'

/** What a request goes out with. */
export interface Outfit {
  upstream: UpstreamAddress
  /** The caller's own key; what qualifies it goes along. */
  ownKey: string | undefined
  /** The site's key. */
  key: string | undefined
  relaySecret: string | undefined
  /** The answer is to be read as it passes, so it must not be compressed. */
  isRead: boolean
  /** Goes in place of the caller's body. */
  body: Uint8Array | undefined
}

/** Makes of a caller's request the one that goes upstream. `rest` is what follows `/v1`, byte for byte. */
export function upstreamRequest(head: RequestHead, rest: string, outfit: Outfit): UpstreamRequest {
  const { ownKey, key = ownKey, relaySecret, body } = outfit
  const { origin, basePath } = outfit.upstream
  const headers = requestHeaders(head.headers)
  if (body) dropHeader(headers, 'content-length')
  if (outfit.isRead) {
    dropHeader(headers, 'accept-encoding')
    headers.push('accept-encoding', 'identity')
  }
  if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
  if (ownKey !== undefined) keepHeaders(head.headers, OF_OWN_KEYS, headers)
  if (relaySecret !== undefined) headers.push(RELAY_SECRET_HEADER, relaySecret)
  const path = basePath + rest
  return {
    origin,
    path: path.startsWith('/') ? path : `/${path}`,
    method: head.method,
    headers,
    ...(body && { body }),
  }
}

/** They qualify the caller's own key and go where it goes. */
const OF_OWN_KEYS = ['openai-organization', 'openai-project']

function dropHeader(headers: string[], name: string): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (headers[i]?.toLowerCase() === name) headers.splice(i, 2)
  }
}

function keepHeaders(from: readonly string[], names: readonly string[], to: string[]): void {
  for (let i = 0; i < from.length; i += 2) {
    if (names.includes(from[i]?.toLowerCase() ?? '')) to.push(from[i] ?? '', from[i + 1] ?? '')
  }
}
