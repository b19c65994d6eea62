import { getConfig } from '#lib/config.ts'
import { getDatabase, isDatabaseReady } from '#lib/db/database.ts'
import { upstreamOf } from '#lib/upstream-config.ts'

/** Ready to serve people: the database answers and an upstream is configured. Says which of them does not. */
export async function GET(): Promise<Response> {
  const database = await getDatabase().then(isDatabaseReady, () => false)
  const upstream = upstreamOf(getConfig()).url !== undefined
  return Response.json(
    {
      status: database && upstream ? 'ready' : 'not ready',
      database: database ? 'open' : 'not open',
      upstream: upstream ? 'configured' : 'not configured',
    },
    { status: database && upstream ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
}

export const dynamic = 'force-dynamic'
