import { getConfig } from '#lib/config.ts'
import { createFetchGateway, type FetchGateway } from '#lib/gateway/fetch-gateway.ts'
import type { GatewayLog } from '#lib/gateway/gateway-log.ts'
import { gatewaySettings } from '#lib/gateway-config.ts'
import { callersTarget } from './callers-target.ts'

/** The gateway's Edge face: for Vercel and plain `next start`. Where it cannot be exact: docs/gateway-hosts.md. */
export const runtime = 'edge'
export const dynamic = 'force-dynamic'

/** Below the 10 MiB at which Next cuts request bodies off without a word, by more than the size of a chunk. */
const MAX_BODY_BYTES = 10_000_000

let gateway: FetchGateway | undefined

function handle(request: Request): Promise<Response> {
  gateway ??= createFetchGateway({ ...gatewaySettings(getConfig()), maxBodyBytes: MAX_BODY_BYTES }, { log })
  return gateway(request, callersTarget(request.url))
}

const RANK = { info: 0, warn: 1, error: 2, silent: 3 }

/** As lib/log.ts, which needs the standard output of a Node process. */
const log: GatewayLog = (level, event, fields) => {
  if (RANK[level] < RANK[getConfig().LOG_LEVEL]) return
  console.log(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }))
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
