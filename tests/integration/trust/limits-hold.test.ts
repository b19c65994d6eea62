import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNextSite, startNodeSite } from '#tests/support/site.ts'
import { countStatuses, statusOf } from '../statuses.ts'
import { settingsFor } from './sites.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, record: false })
  upstream.script({ ...answer.json({ data: [] }), times: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())

const BURST = 20
/** Beside the burst, and what a slow run earns: one in an hour. */
const LET_IN = BURST + 1

describe.each([
  ['Node site', startNodeSite, 10_000],
  ['Edge site', startNextSite, 500],
] as const)('%s: a caller who claims another address in each request', (_, start, requests) => {
  let site: Site
  beforeAll(async () => {
    const env = { BYOK: 'on', ADDRESS_RATE: '1/h', ADDRESS_BURST: String(BURST) }
    site = await start({ env: { ...settingsFor(upstream.url), ...env } })
  })
  afterAll(() => site.stop())

  it(`is one caller, ${requests} times`, { timeout: 60_000 }, async () => {
    const addressOf = (i: number) => `203.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    const counts = await countStatuses(requests, (i) =>
      statusOf(site, {
        authorization: 'Bearer sk-the-callers-own-key',
        'user-agent': 'OpenAI/JS 7',
        'x-forwarded-for': addressOf(i),
        'x-real-ip': addressOf(i),
        'cf-connecting-ip': addressOf(i),
        forwarded: `for=${addressOf(i)}`,
      }),
    )
    expect(counts).toEqual({ 200: LET_IN, 429: requests - LET_IN })
  })
})
