import type { Config } from './config.ts'
import type { Network } from './gateway/admission/networks.ts'

/**
 * Whose word about the caller's address is taken, and in which header. Vercel writes `x-real-ip` itself, whatever the
 * caller sent, and nobody reaches its functions past it.
 */
export function proxyRulesOf(config: Config): {
  trustedProxies: readonly Network[]
  clientIpHeader: string | undefined
} {
  if (config.VERCEL_URL !== undefined) return { trustedProxies: ['all'], clientIpHeader: 'x-real-ip' }
  return { trustedProxies: config.TRUSTED_PROXIES, clientIpHeader: config.CLIENT_IP_HEADER }
}
