import { after } from 'next/server'
import type { Config } from '#lib/config.ts'
import type { LimitStore } from '#lib/gateway/limits/limits.ts'
import { RedisLimits } from '#lib/gateway/limits/redis-limits.ts'
import { createRestCommands } from '#lib/gateway/limits/redis-rest.ts'
import { createRemoteStore } from '#lib/gateway/limits/remote-store.ts'
import { log } from '#lib/log.ts'

/** Limits that all instances keep together, where there is a Redis that can be asked over HTTP; else nothing. */
export function sharedLimits({ REDIS_REST_URL: url, REDIS_REST_TOKEN: token, INSTANCES }: Config): {
  limitStore?: LimitStore
} {
  if (url === undefined || token === undefined) return {}
  const limitStore = createRemoteStore(new RedisLimits(createRestCommands({ url, token })), {
    onLocal: (error) =>
      log('warn', 'limits_local', { code: error instanceof Error ? error.name : 'unknown' }),
    keepAwake: after,
    ...(INSTANCES !== 'off' && { instances: INSTANCES }),
  })
  return { limitStore }
}
