import { TOKEN } from '../integration/gateway/hosts.ts'
import { settingsFor } from '../integration/trust/sites.ts'
import type { TestNginx } from './nginx.ts'
import { behindFront, startFront } from './nginx-front.ts'
import { startRedis, type TestRedis } from './redis.ts'
import { type Site, startNodeSite } from './site.ts'

const INSTANCES = 3

/** Three Node sites on one PostgreSQL and one Redis, behind nginx, as `docs/instances.md` has them. */
export interface ThreeSites {
  front: TestNginx
  redis: TestRedis
  /** A restarted one stands in its predecessor's place. */
  sites: Site[]
  /** Starts the site at `index` again, at its address; it must have ended. */
  restart(index: number): Promise<Site>
  stop(): Promise<void>
}

export interface Programs {
  nginx: string
  redis: string
}

export async function startThreeSites(
  programs: Programs,
  databaseUrl: string,
  upstreamUrl: string,
  settings: Record<string, string> = {},
): Promise<ThreeSites> {
  const redis = await startRedis(programs.redis)
  const start = (port = '0') =>
    startNodeSite({
      env: {
        ...settingsFor(upstreamUrl),
        ...behindFront,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
        INSTANCES: String(INSTANCES),
        AUTH_SECRET: 'x'.repeat(40),
        GATEWAY_TOKENS: TOKEN,
        PORT: port,
        ...settings,
      },
    })
  const sites = await Promise.all(Array.from({ length: INSTANCES }, () => start()))
  const front = await startFront(
    programs.nginx,
    sites.map(({ url }) => url),
  )
  return {
    front,
    redis,
    sites,
    async restart(index) {
      const { url } = sites[index] as Site
      const site = await start(new URL(url).port)
      sites[index] = site
      return site
    },
    async stop() {
      await front.stop()
      await Promise.all(sites.map((site) => site.stop()))
      await redis.stop()
    },
  }
}
