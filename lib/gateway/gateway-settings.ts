/** Where requests go. The key is bound to this URL and sent nowhere else. */
export interface Upstream {
  /** Shown to callers in `x-tain-upstream` and written in the log. */
  name: string
  /** The base that stands in place of the gateway's `/v1`, without a trailing slash. */
  url: string
  /** Sent as `Authorization: Bearer`; absent for servers that need none. */
  key?: string
}

/** What a gateway needs to know, as plain values: whoever starts it read them from somewhere. */
export interface GatewaySettings {
  upstream?: Upstream
  /** Nothing to protect (the demo upstream): any credential is accepted, and none. */
  open: boolean
  /** Tokens of other programs. */
  tokens: readonly string[]
  /** Verifies chat tokens; without it none is accepted. */
  chatSecret?: string
  /** How long upstream may stay silent, before its answer begins and between two chunks. */
  idleTimeoutMs: number
  /** How long a connection to upstream (name, TCP, TLS) may take. */
  connectTimeoutMs: number
  /** Set by hosts that lose what exceeds it: such bodies are refused. */
  maxBodyBytes?: number
}
