import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../schema.ts'
import { backupTables } from './backup-tables.ts'
import { BACKUP_FORMAT, type BackupSum, requireCurrentSchema } from './dump-database.ts'

type Row = Record<string, string | number | null>

const tables = new Map(backupTables.map((table) => [table.name as string, table]))
const ROWS_AT_ONCE = 100

/**
 * Puts a backup into an empty database, all or nothing. `open` gives its lines from the beginning, and is called twice.
 * `finish` is called in the same transaction when every row is there. Returns the sum of what was read.
 *
 * Throws an Error of one sentence: not a backup, another version's, damaged, or a database that is not empty.
 */
export async function restoreDatabase(
  db: Database,
  open: () => AsyncIterable<string>,
  finish: (tx: Transaction<Schema>) => Promise<void>,
): Promise<BackupSum> {
  return await db.transaction().execute(async (tx) => {
    const migrations = await requireCurrentSchema(tx)
    await requireEmpty(tx)
    const rows: Record<string, number> = Object.fromEntries([...tables.keys()].map((name) => [name, 0]))
    const hash = createHash('sha256')
    const batch = new Batch(tx)
    for await (const { text, table, row } of readRows(open(), migrations)) {
      hash.update(text).update('\n')
      rows[table] = (rows[table] ?? 0) + 1
      const { parent } = tables.get(table) ?? {}
      await batch.add(table, parent === undefined ? row : { ...row, [parent]: null })
    }
    await batch.flush()
    for await (const { table, row } of readRows(open(), migrations)) await setParent(tx, table, row)
    await finish(tx)
    return { rows, sha256: hash.digest('hex') }
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
      if (!isRow(json)) throw new Error('This backup is damaged; nothing was restored.')
      const [table, row] = json
      yield { text, table, row }
    }
    isHead = false
  }
  if (isHead) throw new Error('This file is no backup of Tain.')
}

function requireHead(json: unknown, migrations: readonly string[]): void {
  const isOurs = isObject(json) && json.format === BACKUP_FORMAT && Array.isArray(json.migrations)
  if (!isOurs) throw new Error('This file is no backup of Tain.')
  if (String(json.migrations) !== String(migrations)) {
    throw new Error('This backup was made by another version of Tain. Restore it with that version.')
  }
}

function isRow(json: unknown): json is [table: string, row: Row] {
  if (!Array.isArray(json) || json.length !== 2 || !tables.has(json[0]) || !isObject(json[1])) return false
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
