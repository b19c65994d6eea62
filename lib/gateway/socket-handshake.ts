import { type RawHeaders, valuesOf } from './headers.ts'

/**
 * Browsers cannot set headers on a WebSocket; OpenAI takes the key as a subprotocol of this name (its guide to Realtime
 * with WebSockets). It is a credential like any other, so it is read as one and never passed on.
 */
const KEY_PROTOCOL = 'openai-insecure-api-key.'

/** What a handshake says in `sec-websocket-protocol`. */
export interface OfferedProtocols {
  /** The subprotocols that go on. */
  protocols: string[]
  /** The credentials that stood among them, as headers that are read like any other. */
  credentials: string[]
}

export function readProtocols(headers: RawHeaders): OfferedProtocols {
  const offered = valuesOf(headers, 'sec-websocket-protocol').flatMap((value) =>
    value.split(',').map((protocol) => protocol.trim()),
  )
  const isKey = (protocol: string) => protocol.startsWith(KEY_PROTOCOL)
  return {
    protocols: offered.filter((protocol) => protocol !== '' && !isKey(protocol)),
    credentials: offered
      .filter(isKey)
      .flatMap((protocol) => ['authorization', `Bearer ${protocol.slice(KEY_PROTOCOL.length)}`]),
  }
}

/** Whether a request asks to become a WebSocket (RFC 6455, section 4.1). */
export function asksForWebSocket(method: string | undefined, upgrade: string | null | undefined): boolean {
  return method === 'GET' && upgrade?.toLowerCase() === 'websocket'
}

/** The header that offers `protocols` upstream, if there are any. */
export const offerOf = (protocols: readonly string[]): string[] =>
  protocols.length > 0 ? ['sec-websocket-protocol', protocols.join(', ')] : []
