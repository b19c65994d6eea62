import { getConfig } from '#lib/config.ts'
import { createFetchGateway, type FetchGateway } from '#lib/gateway/fetch-gateway.ts'
import { gatewaySettings } from '#lib/gateway-config.ts'
import { log } from '#lib/log.ts'
import { callersTarget } from './callers-target.ts'
import { sharedLimits } from './shared-limits.ts'

/** The gateway's Edge face: for Vercel and plain `next start`. Where it cannot be exact: docs/gateway-hosts.md. */
export const runtime = 'edge'
export const dynamic = 'force-dynamic'
/** At Vercel, the nearest of these to the caller: it runs everywhere otherwise, also where OpenAI does not serve. */
export const preferredRegion = ['sfo1', 'sin1', 'hnd1']

/** Below the 10 MiB at which Next cuts request bodies off without a word, by more than the size of a chunk. */
const MAX_BODY_BYTES = 10_000_000

let gateway: FetchGateway | undefined

function handle(request: Request): Promise<Response> {
  gateway ??= openGateway()
  return gateway(request, callersTarget(request.url))
}

function openGateway(): FetchGateway {
  const config = getConfig()
  const settings = gatewaySettings(config)
  const maxBodyBytes = Math.min(MAX_BODY_BYTES, settings.maxBodyBytes ?? MAX_BODY_BYTES)
  return createFetchGateway({ ...settings, maxBodyBytes }, { log, tell: log, ...sharedLimits(config) })
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
