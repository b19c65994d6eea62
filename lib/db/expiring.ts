import { type RawBuilder, sql } from 'kysely'
import type { Database, Schema } from './schema.ts'

/** Something that is kept for a time only. */
export interface Expiring {
  /** How many are due at `now`. */
  count(db: Database, now: number): Promise<number>
  /** Erases at most about `limit` of them, in one short transaction; returns how many. Fewer than `limit`: no more are due. */
  erase(db: Database, now: number, limit: number): Promise<number>
}

/** Rows of one table, known by `key`, of which `isDue` tells whether their time is over. */
export function expiringRows(
  table: keyof Schema,
  key: string,
  isDue: (now: number) => RawBuilder<unknown>,
): Expiring {
  return {
    async count(db, now) {
      const { rows } = await sql<{
        count: number
      }>`select count(*) as count from ${sql.table(table)} where ${isDue(now)}`.execute(db)
      return Number(rows[0]?.count ?? 0)
    },
    async erase(db, now, limit) {
      // The condition stands there twice: PostgreSQL looks again at rows that somebody changed meanwhile.
      const { numAffectedRows } =
        await sql`delete from ${sql.table(table)} where ${isDue(now)} and ${sql.ref(key)} in
        (select ${sql.ref(key)} from ${sql.table(table)} where ${isDue(now)} limit ${limit})`.execute(db)
      return Number(numAffectedRows ?? 0)
    },
  }
}

/** Erases all that is due, and returns how many. */
export async function eraseDue(expiring: Expiring, db: Database, now: number, limit = 500): Promise<number> {
  for (let total = 0; ; ) {
    const erased = await expiring.erase(db, now, limit)
    total += erased
    if (erased < limit) return total
  }
}
