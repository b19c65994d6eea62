import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { Kysely, sql } from 'kysely'
import { type Config, getConfig } from '../config.ts'
import { processSlot } from '../process-slot.ts'
import { copyBeforeMigration } from './backup/copy-before-migration.ts'
import { migrate } from './migrate.ts'
import { createPostgresDialect } from './postgres-dialect.ts'
import type { Database, Schema } from './schema.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

type DatabaseSettings = Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>

/** Opens and migrates the database of `settings`. Throws when it cannot be opened or brought up to date. */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  if (settings.DATABASE_URL) {
    await migratePostgres(settings.DATABASE_URL)
    return connectDatabase(settings)
  }
  const db = connectDatabase(settings)
  try {
    await copyBeforeMigration(db, path.join(settings.DATA_DIR, 'backups'))
    await migrate(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** A migration may take long, and wait long for that of another instance. */
async function migratePostgres(url: string): Promise<void> {
  const db = new Kysely<Schema>({ dialect: createPostgresDialect(url, Number.POSITIVE_INFINITY) })
  await migrate(db).finally(() => db.destroy())
}

/** Connects without touching the schema. */
export function connectDatabase(settings: DatabaseSettings): Database {
  return new Kysely<Schema>({ dialect: createDialect(settings) })
}

/** The SQLite file of `settings`, or undefined with PostgreSQL. */
export function databaseFile(settings: DatabaseSettings): string | undefined {
  return settings.DATABASE_URL ? undefined : path.join(settings.DATA_DIR, 'tain.db')
}

function createDialect(settings: DatabaseSettings) {
  if (settings.DATABASE_URL) return createPostgresDialect(settings.DATABASE_URL)
  mkdirSync(settings.DATA_DIR, { recursive: true })
  return createSqliteDialect(path.join(settings.DATA_DIR, 'tain.db'))
}

/** Answers whether the database can be read now. */
export async function isDatabaseReady(db: Database): Promise<boolean> {
  try {
    await sql`select 1`.execute(db)
    return true
  } catch {
    return false
  }
}

const opened = processSlot<Promise<Database>>('database')

/** The database of this process, opened at the first call; a failed opening is tried again at the next. */
export function getDatabase(): Promise<Database> {
  if (opened.value) return opened.value
  const opening = openDatabase(getConfig())
  opened.value = opening
  opening.catch(() => {
    opened.value = undefined
  })
  return opening
}

/** Closes the database of this process, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const held = opened.value
  opened.value = undefined
  await (await held?.catch(() => undefined))?.destroy()
}
