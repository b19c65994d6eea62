import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { carriers, type StartHost, TOKEN } from '../integration/gateway/hosts.ts'
import { conformance } from './conformance.ts'
import { type ConformingHost, KEY } from './conforming-host.ts'

async function start(startHost: StartHost): Promise<ConformingHost> {
  const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, requireKey: KEY })
  const host = await startHost({ upstream: { name: 'demo', url: upstream.url, key: KEY } })
  return {
    baseUrl: `${host.origin}/v1`,
    token: TOKEN,
    upstream,
    log: () => JSON.stringify([host.lines, host.events]),
    stop: async () => {
      await host.close()
      await upstream.close()
    },
  }
}

for (const [name, startHost] of carriers) conformance(`${name} carrier`, () => start(startHost))
