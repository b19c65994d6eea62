import type { Config } from './config.ts'
import type { GatewaySettings, SupplySettings } from './gateway/gateway-settings.ts'
import { type Rate, withBurst } from './gateway/limits/rate.ts'
import { addressOf } from './gateway/upstreams/parse-upstreams.ts'
import { proxyRulesOf } from './proxy-rules.ts'
import { forwardsKeys, keysOf, upstreamOf } from './upstream-config.ts'

/** Names, TCP and TLS in one: an upstream that does not pick up within this time is reported as unreachable. */
const CONNECT_TIMEOUT_MS = 3_000

const DEFAULT_KEY_RATE: Rate = { count: 3, periodMs: 1000, burst: 0 }

/** KEY_RATE; what it allows in a second may come at once. A single key is only throttled by an operator who asks for it. */
export function keyRateOf({ KEY_RATE, OPENAI_API_KEYS }: Config): Rate | 'off' {
  const rate = KEY_RATE ?? (OPENAI_API_KEYS.length > 0 ? DEFAULT_KEY_RATE : 'off')
  return rate === 'off' ? rate : withBurst(rate, Math.ceil((rate.count * 1000) / rate.periodMs) - 1)
}

/** Upstreams and keys, which can be taken over while the gateway runs. */
export function supplySettings(config: Config): SupplySettings {
  const { kind, url } = upstreamOf(config)
  const only = url === undefined ? undefined : addressOf(kind, url)
  return {
    upstreams: config.UPSTREAMS.length > 0 ? config.UPSTREAMS : only ? [only] : [],
    keys: keysOf(config),
  }
}

/** The gateway's settings out of the site's: `lib/gateway` itself reads no environment. */
export function gatewaySettings(config: Config): GatewaySettings {
  const { kind } = upstreamOf(config)
  return {
    ...supplySettings(config),
    keyRate: keyRateOf(config),
    requiresKey: kind === 'openai' && !forwardsKeys(config),
    open: kind === 'demo',
    tokens: config.GATEWAY_TOKENS,
    chatSecret: config.AUTH_SECRET,
    byok: config.BYOK,
    relaySecret: config.RELAY_SECRET,
    idleTimeoutMs: config.UPSTREAM_IDLE_TIMEOUT,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    maxBodyBytes: config.MAX_BODY_BYTES,
    deniedPaths: config.DENY_PATHS,
    admission: {
      allowNetworks: config.ALLOW_NETWORKS,
      denyNetworks: config.DENY_NETWORKS,
      denyUserAgents: config.DENY_USER_AGENTS,
    },
    limits: {
      addressRate: withBurst(config.ADDRESS_RATE, config.ADDRESS_BURST),
      callerRate: withBurst(config.CALLER_RATE, config.CALLER_BURST),
      callerStreams: config.CALLER_STREAMS,
    },
    ...proxyRulesOf(config),
    retryAmbiguous: config.RETRY_AMBIGUOUS,
    fallbackModels: config.FALLBACK_MODELS,
  }
}
