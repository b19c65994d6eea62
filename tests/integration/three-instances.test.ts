import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, type TestNginx } from '#tests/support/nginx.ts'
import { behindFront, startFront } from '#tests/support/nginx-front.ts'
import { findRedis, startRedis, type TestRedis } from '#tests/support/redis.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'
import { bearer } from './gateway/clients.ts'
import { countStatuses, statusOf } from './statuses.ts'
import { settingsFor } from './trust/sites.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, record: false })
  upstream.script({ ...answer.json({ data: [] }), times: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())

const BURST = 20
/** Beside the burst, and what a slow run earns: one in an hour. */
const LET_IN = BURST + 1

const [redisProgram, nginxProgram] = [await findRedis(), await findNginx()]
withPostgres('three Node sites on one PostgreSQL', (databaseUrl) =>
  describeWith(redisProgram, 'and one Redis', (redisServer) =>
    describeWith(nginxProgram, 'behind nginx', (nginx) => holdTogether({ databaseUrl, redisServer, nginx })),
  ),
)

interface Programs {
  databaseUrl: () => string
  redisServer: string
  nginx: string
}

function holdTogether({ databaseUrl, redisServer, nginx }: Programs) {
  const INSTANCES = 3
  const EACH = LET_IN / INSTANCES
  let redis: TestRedis
  let sites: Site[]
  let front: TestNginx
  beforeAll(async () => {
    redis = await startRedis(redisServer)
    const env = {
      ...settingsFor(upstream.url),
      ...behindFront,
      DATABASE_URL: databaseUrl(),
      AUTH_SECRET: 'x'.repeat(40),
      REDIS_URL: redis.url,
      // A machine under load may answer late; what is counted here is not what an instance does about that.
      REDIS_TIMEOUT: '30s',
      INSTANCES: String(INSTANCES),
      CALLER_RATE: '1/h',
      CALLER_BURST: String(BURST),
    }
    sites = await Promise.all(Array.from({ length: INSTANCES }, () => startNodeSite({ env })))
    front = await startFront(
      nginx,
      sites.map(({ url }) => url),
    )
  })
  afterAll(async () => {
    await front.stop()
    await Promise.all(sites.map((site) => site.stop()))
    await redis.stop()
  })

  it('let through together what one would; without it, each its share and not one more', async () => {
    const everywhere = { baseUrl: `${front.url}/v1` }
    expect(await countStatuses(150, () => statusOf(everywhere, bearer))).toEqual({
      200: LET_IN,
      429: 150 - LET_IN,
    })
    await redis.kill()
    for (const site of sites) {
      expect(await countStatuses(50, () => statusOf(site, bearer))).toEqual({ 200: EACH, 429: 50 - EACH })
    }
  })
}
