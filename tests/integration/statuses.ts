import { Agent, request } from 'node:http'
import type { Site } from '#tests/support/site.ts'
import { headOf } from './gateway/clients.ts'
import { inLanes } from './trust/sites.ts'

const agent = new Agent({ keepAlive: true })
/** The status of a list of models asked for at a gateway. */
export async function statusOf(
  site: Pick<Site, 'baseUrl'>,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const req = request(`${site.baseUrl}/models`, { headers, agent })
  req.end()
  const response = await headOf(req)
  response.resume()
  return response.statusCode
}

/** How many requests got each status. */
export async function countStatuses(requests: number, send: (i: number) => Promise<number | undefined>) {
  const counts: Record<number, number> = {}
  for (const status of await inLanes(Array.from({ length: requests }), 16, (_, i) => send(i))) {
    counts[status ?? 0] = (counts[status ?? 0] ?? 0) + 1
  }
  return counts
}
