import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../schema.ts'
import { backupTables, FILE_PIECE } from './backup-tables.ts'
import { BACKUP_FORMAT, type BackupSum, requireCurrentSchema } from './dump-database.ts'

type Row = Record<string, string | number | null>

const tables = new Map(backupTables.map((table) => [table.name as string, table]))
const ROWS_AT_ONCE = 100

/** The sum of what was read, and whether pieces of files were among it. */
export interface Restored extends BackupSum {
  hasFiles: boolean
}

interface RestoreSteps {
  /** Gets each piece of a file; what it throws tells that the backup is damaged. */
  takePiece(piece: unknown): Promise<void>
  /** Called in the same transaction when everything is there. */
  finish(tx: Transaction<Schema>): Promise<void>
}

/**
 * Puts a backup into an empty database, all or nothing. `open` gives its lines from the beginning, and is called twice.
 *
 * Throws an Error of one sentence: not a backup, another version's, damaged, or a database that is not empty.
 */
export async function restoreDatabase(
  db: Database,
  open: () => AsyncIterable<string>,
  { takePiece, finish }: RestoreSteps,
): Promise<Restored> {
  return await db.transaction().execute(async (tx) => {
    const migrations = await requireCurrentSchema(tx)
    await requireEmpty(tx)
    const rows: Record<string, number> = Object.fromEntries([...tables.keys()].map((name) => [name, 0]))
    const hash = createHash('sha256')
    const batch = new Batch(tx)
    let hasFiles = false
    for await (const { text, table, row } of readRows(open(), migrations)) {
      hash.update(text).update('\n')
      if (table === FILE_PIECE) {
        hasFiles = true
        await takePiece(row).catch(sayDamaged)
        continue
      }
      rows[table] = (rows[table] ?? 0) + 1
      const { parent } = tables.get(table) ?? {}
      await batch.add(table, parent === undefined ? row : { ...row, [parent]: null })
    }
    await batch.flush()
    for await (const { table, row } of readRows(open(), migrations)) {
      if (table === FILE_PIECE) break
      await setParent(tx, table, row)
    }
    await finish(tx)
    return { rows, hasFiles, sha256: hash.digest('hex') }
  })
}

async function requireEmpty(tx: Transaction<Schema>): Promise<void> {
  for (const { name } of backupTables) {
    const row = await tx.selectFrom(name).selectAll().limit(1).executeTakeFirst()
    if (row) {
      throw new Error(
        'The database is not empty, and a backup never goes over what is there. Name an empty one with DATA_DIR or DATABASE_URL.',
      )
    }
  }
}

async function* readRows(lines: AsyncIterable<string>, migrations: readonly string[]) {
  let isHead = true
  for await (const text of lines) {
    const json = parseJson(text)
    if (isHead) requireHead(json, migrations)
    else {
      if (!isRow(json)) sayDamaged()
      const [table, row] = json
      yield { text, table, row }
    }
    isHead = false
  }
  if (isHead) throw new Error('This file is no backup of Tain.')
}

function sayDamaged(cause?: unknown): never {
  // What the disk, the bucket or the database says is another thing than damage.
  if (cause instanceof Error && ('code' in cause || 'status' in cause)) throw cause
  throw new Error('This backup is damaged; nothing was restored.', { cause })
}

function requireHead(json: unknown, migrations: readonly string[]): void {
  const isOurs =
    isObject(json) && /^tain\.backup\//.test(String(json.format)) && Array.isArray(json.migrations)
  if (!isOurs) throw new Error('This file is no backup of Tain.')
  if (json.format !== BACKUP_FORMAT || String(json.migrations) !== String(migrations)) {
    throw new Error('This backup was made by another version of Tain. Restore it with that version.')
  }
}

function isRow(json: unknown): json is [table: string, row: Row] {
  if (
    !Array.isArray(json) ||
    json.length !== 2 ||
    !(tables.has(json[0]) || json[0] === FILE_PIECE) ||
    !isObject(json[1])
  )
    return false
  return Object.values(json[1]).every((value) => value === null || /^(?:string|number)$/.test(typeof value))
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Rows of one table go in together. */
class Batch {
  readonly #tx: Transaction<Schema>
  #table = ''
  #rows: Row[] = []

  constructor(tx: Transaction<Schema>) {
    this.#tx = tx
  }

  async add(table: string, row: Row): Promise<void> {
    if (table !== this.#table || this.#rows.length >= ROWS_AT_ONCE) await this.flush()
    this.#table = table
    this.#rows.push(row)
  }

  async flush(): Promise<void> {
    const [first] = this.#rows
    if (!first) return
    const columns = Object.keys(first)
    const values = this.#rows.map(
      (row) => sql`(${sql.join(columns.map((column) => sql`${row[column] ?? null}`))})`,
    )
    const names = sql.join(columns.map((column) => sql.ref(column)))
    await sql`insert into ${sql.table(this.#table)} (${names}) values ${sql.join(values)}`.execute(this.#tx)
    this.#rows = []
  }
}

async function setParent(tx: Transaction<Schema>, table: string, row: Row): Promise<void> {
  const { parent, key = [] } = tables.get(table) ?? {}
  const [id = ''] = key
  if (parent === undefined || row[parent] === null) return
  await sql`update ${sql.table(table)} set ${sql.ref(parent)} = ${row[parent]} where ${sql.ref(id)} = ${row[id]}`.execute(
    tx,
  )
}
