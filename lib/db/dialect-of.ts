import type { Kysely } from 'kysely'

/** Which of the two databases this is. For the few statements that the portable subset of SQL does not cover. */
export function dialectOf(db: Pick<Kysely<unknown>, 'getExecutor'>): 'sqlite' | 'postgres' {
  // Not `instanceof`: bundles have copies of Kysely, and share one connection.
  return 'isSqlite' in db.getExecutor().adapter ? 'sqlite' : 'postgres'
}
