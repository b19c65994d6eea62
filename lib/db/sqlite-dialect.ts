import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteAdapter, SqliteDialect } from 'kysely'

/** Lets the migrator run all migrations in one transaction, which is also its lock: see `begin immediate` below. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  /** See `dialectOf`. */
  readonly isSqlite = true

  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }
}

/**
 * SQLite as Node ships it. WAL with synchronous FULL: a commit that returned survives `kill -9` and a power cut.
 * Throws what `DatabaseSync` throws when the file cannot be opened.
 */
export function createSqliteDialect(file: string): SqliteDialect {
  const database = new DatabaseSync(file)
  // The wait comes first: a second process may hold the lock while it switches the file to WAL.
  database.exec('pragma busy_timeout = 5000')
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  return new NodeSqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (sql) => {
        const statement = database.prepare(toSqlite(sql, database))
        // Kysely hands over what its compiler bound: strings, numbers and null only (see `Schema`).
        const bound = (parameters: ReadonlyArray<unknown>) => parameters as SQLInputValue[]
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...bound(parameters)),
          run: (parameters) => statement.run(...bound(parameters)),
          iterate: (parameters) => statement.iterate(...bound(parameters)),
        }
      },
    },
  })
}

function toSqlite(sql: string, database: DatabaseSync): string {
  // A transaction that begins by reading and then writes would fail with SQLITE_BUSY when another process wrote in
  // between, whatever the time-out; taking the write lock at once waits instead.
  if (sql === 'begin') return 'begin immediate'
  // After a full disk SQLite has rolled back by itself; an error of the second rollback would hide that of the first.
  if (sql === 'rollback' && !database.isTransaction) return 'select 1'
  return sql
}
