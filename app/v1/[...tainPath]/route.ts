import { getConfig } from '#lib/config.ts'
import { createFetchGateway, type FetchGateway } from '#lib/gateway/fetch-gateway.ts'
import type { GatewayLog } from '#lib/gateway/gateway-log.ts'
import { targetOf } from '#lib/gateway/target.ts'
import { gatewaySettings } from '#lib/gateway-config.ts'

/** The gateway's Edge face: for Vercel and plain `next start`. Where it cannot be exact: docs/gateway-hosts.md. */
export const runtime = 'edge'
export const dynamic = 'force-dynamic'

/** Below the 10 MiB at which Next cuts request bodies off without a word, by more than the size of a chunk. */
const MAX_BODY_BYTES = 10_000_000

/** This folder's name. Next writes it into the query with every segment as a value, over a caller's own. */
const PARAMETER = 'tainPath'

let gateway: FetchGateway | undefined

async function handle(request: Request): Promise<Response> {
  gateway ??= createFetchGateway({ ...gatewaySettings(getConfig()), maxBodyBytes: MAX_BODY_BYTES }, { log })
  return keepFromCompression(await gateway(request, targetOf(request.url, PARAMETER)))
}

/** Next gzips event streams, and gzip holds events back, unless the answer forbids to transform it. */
function keepFromCompression(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  const directives = response.headers.get('cache-control')
  if (!directives?.includes('no-transform')) response.headers.append('cache-control', 'no-transform')
  return response
}

const RANK = { info: 0, warn: 1, error: 2, silent: 3 }

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
