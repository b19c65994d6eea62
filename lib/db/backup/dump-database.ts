import { createHash, type Hash } from 'node:crypto'
import { type Expression, type Kysely, sql } from 'kysely'
import { dialectOf } from '../dialect-of.ts'
import { migrationNames } from '../migrate.ts'
import type { Database, Schema } from '../schema.ts'
import { backupTables } from './backup-tables.ts'

export const BACKUP_FORMAT = 'tain.backup/2'

/** The first line of a backup. */
export interface BackupHead {
  format: typeof BACKUP_FORMAT
  createdAt: number
  /** The schema that the rows fit. */
  migrations: string[]
}

/** What a backup holds: how many rows of each table, and the SHA-256 of all lines but the first. */
export interface BackupSum {
  rows: Record<string, number>
  sha256: string
}

/**
 * The whole database as lines of JSON: a {@link BackupHead}, then `[table, row]` for each row, the same for the same
 * content whatever the dialect. It is one moment's content, and whoever writes meanwhile is not held up. Returns the sum.
 *
 * Throws an Error of one sentence when the schema is not the one this version knows.
 */
export async function* dumpDatabase(db: Database): AsyncGenerator<string, BackupSum> {
  const { held, release } = holdConnection(db)
  try {
    const connection = await held
    const migrations = await requireCurrentSchema(connection)
    const head: BackupHead = { format: BACKUP_FORMAT, createdAt: Date.now(), migrations }
    yield JSON.stringify(head)
    const rows: Record<string, number> = {}
    const hash = createHash('sha256')
    for (const table of backupTables) rows[table.name] = yield* dumpTable(connection, table, hash)
    return { rows, sha256: hash.digest('hex') }
  } finally {
    await release()
  }
}

async function* dumpTable(db: Kysely<Schema>, table: (typeof backupTables)[number], hash: Hash) {
  // PostgreSQL's own order depends on its locale; SQLite's is that of the bytes.
  const collation = dialectOf(db) === 'postgres' ? sql` collate "C"` : sql``
  const order = sql.join(table.key.map((column) => sql`${sql.ref(column)}${collation}`))
  const query = db.selectFrom(table.name).selectAll().orderBy(order)
  const rows = dialectOf(db) === 'postgres' ? rowsByCursor(db, query) : query.stream(STREAMED_ROWS)
  let count = 0
  for await (const row of rows) {
    const line = JSON.stringify([table.name, sortedByName(row)])
    hash.update(line).update('\n')
    count++
    yield line
  }
  return count
}

const STREAMED_ROWS = 200

/** In the transaction that {@link holdConnection} began. */
async function* rowsByCursor(db: Kysely<Schema>, query: Expression<object>) {
  await sql`declare dumped no scroll cursor for ${query}`.execute(db)
  for (;;) {
    const { rows } = await sql<object>`fetch ${sql.lit(STREAMED_ROWS)} from dumped`.execute(db)
    yield* rows
    if (rows.length < STREAMED_ROWS) break
  }
  await sql`close dumped`.execute(db)
}

const sortedByName = (row: object) =>
  Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** The names of the migrations, when the database has exactly those of this version. */
export async function requireCurrentSchema(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`
    .execute(db)
    .catch(() => ({ rows: [] }))
  const names = rows.map(({ name }) => name).toSorted()
  if (names.join() === migrationNames.join()) return names
  throw new Error(
    'The database was made by another version of Tain. Use that version for this, or start this one once, which brings the database up to date.',
  )
}

/**
 * One connection for the whole reading, in a transaction that only reads: SQLite's `begin` of ours would take the lock
 * for writing, and hold up the site. `release` ends the transaction and gives the connection back; it never rejects.
 */
function holdConnection(db: Database): { held: Promise<Kysely<Schema>>; release(): Promise<void> } {
  const done = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<Kysely<Schema>>()
  const begin =
    dialectOf(db) === 'postgres' ? sql`begin isolation level repeatable read read only` : sql`begin deferred`
  const holding = db
    .connection()
    .execute(async (connection) => {
      await begin.execute(connection)
      ready.resolve(connection)
      await done.promise
      await sql`rollback`.execute(connection)
    })
    .catch((error: unknown) => ready.reject(error))
  return {
    held: ready.promise,
    async release() {
      done.resolve()
      await holding
    },
  }
}
