import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'
import { storageFailureOf } from './storage-failure.ts'

/** How long a statement stands still, and everything else in this process with it, while another process writes. */
const BLOCKING_MS = 25
/** How long it is tried again after that, while the rest goes on. */
const PATIENCE_MS = 5_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/** Lets the migrator run all migrations in one transaction, which is also its lock: see `begin immediate` below. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  /** See `dialectOf`. */
  readonly isSqlite = true

  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #patienceMs: number

  constructor(config: SqliteDialectConfig, patienceMs: number) {
    super(config)
    this.#config = config
    this.#patienceMs = patienceMs
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#config, this.#patienceMs)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }
}

/** SQLite's own wait for a lock holds up the whole process; this one waits between short tries. */
class PatientDriver extends SqliteDriver {
  readonly #patienceMs: number

  constructor(config: SqliteDialectConfig, patienceMs: number) {
    super(config)
    this.#patienceMs = patienceMs
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    return {
      streamQuery: (query, chunkSize, options) => connection.streamQuery(query, chunkSize, options),
      executeQuery: (query, options) => this.#whenFree(() => connection.executeQuery(query, options)),
    }
  }

  /** A statement that met a lock has done nothing, so that it can be tried again. */
  async #whenFree<T>(run: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.#patienceMs
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await run()
      } catch (error) {
        if (storageFailureOf(error) !== 'busy' || performance.now() > until) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/**
 * SQLite as Node ships it. WAL with synchronous FULL: a commit that returned survives `kill -9` and a power cut.
 * A write waits `patienceMs` for other processes, and then fails as busy. Throws what `DatabaseSync` throws when the file cannot be opened.
 */
export function createSqliteDialect(file: string, patienceMs = PATIENCE_MS): SqliteDialect {
  const database = new DatabaseSync(file)
  // The wait comes first: a second process may hold the lock while it switches the file to WAL.
  database.exec(`pragma busy_timeout = ${PATIENCE_MS}`)
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  database.exec(`pragma busy_timeout = ${BLOCKING_MS}`)
  const prepared = createStatements(database)
  const config: SqliteDialectConfig = {
    database: {
      close: () => database.close(),
      prepare: (sql) => {
        const { statement, reader } = prepared(toSqlite(sql, database))
        // Kysely hands over what its compiler bound: strings, numbers and null only (see `Schema`).
        const bound = (parameters: ReadonlyArray<unknown>) => parameters as SQLInputValue[]
        return {
          reader,
          all: (parameters) => statement.all(...bound(parameters)),
          run: (parameters) => statement.run(...bound(parameters)),
          iterate: (parameters) => statement.iterate(...bound(parameters)),
        }
      },
    },
  }
  return new NodeSqliteDialect(config, patienceMs)
}

/** So many different statements are kept prepared; the site has fewer, but for those with lists of any length. */
const MOST_STATEMENTS = 500

/** Prepares each statement once, as long as it is among those used last: that takes SQLite longer than most of them run. */
function createStatements(database: DatabaseSync) {
  const known = new Map<string, { statement: StatementSync; reader: boolean }>()
  return (sql: string) => {
    let found = known.get(sql)
    if (found) known.delete(sql)
    else {
      const statement = database.prepare(sql)
      found = { statement, reader: statement.columns().length > 0 }
    }
    known.set(sql, found)
    const [oldest] = known.size > MOST_STATEMENTS ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
    return found
  }
}

function toSqlite(sql: string, database: DatabaseSync): string {
  // A transaction that begins by reading and then writes would fail with SQLITE_BUSY when another process wrote in
  // between, whatever the time-out; taking the write lock at once waits instead.
  if (sql === 'begin') return 'begin immediate'
  // After a full disk SQLite has rolled back by itself; an error of the second rollback would hide that of the first.
  if (sql === 'rollback' && !database.isTransaction) return 'select 1'
  return sql
}
