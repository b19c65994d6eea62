import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect-of.ts'
import type { Database } from './schema.ts'

/** A database, or a transaction of one. */
type Connection = Parameters<typeof dialectOf>[0]

/**
 * A moment of this machine's clock (Unix milliseconds) by the clock of the database, as an expression. Instances that look
 * at one another's times have no other clock in common: one whose own is wrong by minutes would be taken for dead. SQLite
 * belongs to one machine, so there it is the same.
 */
export function byDatabaseClock(db: Connection, localMs = Date.now()): RawBuilder<number> {
  if (dialectOf(db) === 'sqlite') return sql`${localMs}`
  const fromNowMs = Math.round(localMs - Date.now())
  return sql`(extract(epoch from clock_timestamp()) * 1000)::bigint + cast(${fromNowMs} as bigint)`
}

/** The database's clock, which was asked for once: Unix milliseconds. */
export async function databaseClock(db: Database): Promise<() => number> {
  const { rows } = await sql<{ now: number }>`select ${byDatabaseClock(db)} as now`.execute(db)
  const aheadMs = Number(rows[0]?.now ?? Date.now()) - Date.now()
  return () => Date.now() + aheadMs
}
