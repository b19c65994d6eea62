import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import type { startNodeSite } from '#tests/support/site.ts'

/** The key the host is given for its upstream. */
export const KEY = 'sk-canary-fedcba9876543210'

/** A host of the gateway with an upstream that only accepts {@link KEY}. */
export interface ConformingHost {
  /** Ends in `/v1`. */
  baseUrl: string
  token: string
  upstream: DemoUpstream
  /** A proxy stands before the host: it writes `Connection` anew, and keeps `x-accel-buffering`, which is for it. */
  isBehindNginx?: boolean
  /** All that it, and what stands around it, has written down so far. */
  log(): string | Promise<string>
  stop(): Promise<void>
}

/** A built site in a process of its own, in front of an upstream of the test's. */
export async function startSite(start: typeof startNodeSite): Promise<ConformingHost> {
  const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
  const site = await start({ env: { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: KEY } })
  return {
    baseUrl: site.baseUrl,
    token: site.token,
    upstream,
    log: site.output,
    stop: async () => {
      await site.stop()
      await upstream.close()
    },
  }
}
