import { PostgresJSDialect } from 'kysely-postgres-js'
import postgres from 'postgres'

/** PostgreSQL by URL; what a pooler needs is said in its query (`?prepare=false`). 64-bit integers arrive as numbers: ours are times and counts, all below 2^53. */
export function createPostgresDialect(url: string): PostgresJSDialect {
  const client = postgres(url, {
    max: 10,
    connect_timeout: 10,
    onnotice: () => {},
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
  return new PostgresJSDialect({ postgres: client })
}
