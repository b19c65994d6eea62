import { isDeepStrictEqual } from 'node:util'
import type { Config } from '#lib/config.ts'
import type { Database } from '#lib/db/schema.ts'
import { gatewaySettings, supplySettings } from '#lib/gateway-config.ts'
import { log } from '#lib/log.ts'
import { upstreamOf } from '#lib/upstream-config.ts'
import { createNodeGateway, type NodeGateway, type NodeGatewayTools } from './node-gateway.ts'
import { createObjectArchive } from './object-archive.ts'
import { createRedisLimitStore } from './redis-limit-store.ts'

/**
 * The gateway as the settings want it, with what only this host has: limits in Redis, probes, a database in which stored
 * objects are remembered, and what is known of users (`findCaller`, `meter`).
 */
export function openGateway(
  config: Config,
  db: Database,
  users: Pick<NodeGatewayTools, 'findCaller' | 'meter'> = {},
): NodeGateway {
  const objectArchive = createObjectArchive(db, log)
  const limitStore = config.REDIS_URL
    ? createRedisLimitStore({
        url: config.REDIS_URL,
        log,
        timeoutMs: config.REDIS_TIMEOUT,
        ...(config.INSTANCES !== 'off' && { instances: config.INSTANCES }),
      })
    : undefined
  const gateway = createNodeGateway(gatewaySettings(config), {
    ...users,
    objectArchive,
    log,
    tell: log,
    ...(limitStore && { limitStore }),
    ...(config.PROBE_INTERVAL !== undefined && { probeIntervalMs: config.PROBE_INTERVAL }),
  })
  return {
    ...gateway,
    async close() {
      await gateway.close()
      limitStore?.close()
      await objectArchive.close()
    },
  }
}

/**
 * Takes over the keys and upstreams of new settings, without touching requests that run. What a running gateway cannot
 * become is refused: a demo a site with a key, or a relay one without, since identity and the chat depend on that; nor
 * one whose keys come from elsewhere. Whether they were taken over.
 */
export function takeOverSupply(gateway: NodeGateway, running: Config, wanted: Config): boolean {
  const [now, then] = [upstreamOf(running), upstreamOf(wanted)]
  const isRelay = running.RELAY_SECRET !== undefined && now.key === undefined
  const isOtherSource = !isDeepStrictEqual(running.KEYS_FROM, wanted.KEYS_FROM)
  if (now.kind !== then.kind || isOtherSource || (isRelay && then.key !== undefined)) {
    log('error', 'reload_refused', { cause: 'needs_restart' })
    return false
  }
  const supply = supplySettings(wanted)
  gateway.replace(supply)
  log('info', 'reloaded', { count: supply.keys.length })
  return true
}
