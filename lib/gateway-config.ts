import { type Config, upstreamOf } from './config.ts'
import type { GatewaySettings } from './gateway/gateway-settings.ts'

/** Names, TCP and TLS in one: an upstream that does not pick up within this time is reported as unreachable. */
const CONNECT_TIMEOUT_MS = 4_000

/** The gateway's settings out of the site's: `lib/gateway` itself reads no environment. */
export function gatewaySettings(config: Config): GatewaySettings {
  const { kind, url, key } = upstreamOf(config)
  return {
    ...(url && { upstream: { name: kind, url, ...(key && { key }) } }),
    open: kind === 'demo',
    tokens: config.GATEWAY_TOKENS,
    ...(config.AUTH_SECRET && { chatSecret: config.AUTH_SECRET }),
    idleTimeoutMs: config.UPSTREAM_IDLE_TIMEOUT,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  }
}
