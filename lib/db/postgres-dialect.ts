import { PostgresDialect } from 'kysely'
import pg from 'pg'

/** How long a statement waits for a lock that somebody else holds, until it fails as busy. */
const PATIENCE_MS = 15_000
/** How long a connection is waited for: from the server, or from those that have all of them. */
const CONNECT_MS = 10_000
const INT8 = 20

/** `sslmode` means what it does to every other program of PostgreSQL: `require` encrypts, `verify-full` looks at the certificate. */
function asLibpq(url: string): string {
  const address = new URL(url)
  const { searchParams } = address
  if (searchParams.has('sslmode')) searchParams.set('uselibpqcompat', 'true')
  return address.href
}

/**
 * PostgreSQL by URL. 64-bit integers arrive as numbers: ours are times and counts, all below 2^53. Connections that break
 * are replaced, idle or not ([why this driver](../../docs/decisions/0042-a-driver-that-survives-its-database.md)).
 */
export function createPostgresDialect(url: string, patienceMs = PATIENCE_MS): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: asLibpq(url),
    max: 10,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    onConnect: (client) => prepare(client, patienceMs),
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser, // texts only
    },
  })
  pool.on('error', () => undefined) // An idle connection broke, and is left out.
  return new PostgresDialect({ pool })
}

/** A new connection, before anybody else has it. */
async function prepare(client: pg.ClientBase, patienceMs: number): Promise<void> {
  // Whoever uses a connection that breaks is told by the query; without a listener the event would end the process.
  client.on('error', () => undefined)
  // Not a setting of the connection itself: poolers refuse those that they do not know.
  if (Number.isFinite(patienceMs)) await client.query(`set lock_timeout = ${Math.round(patienceMs)}`)
}
