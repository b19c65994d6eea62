import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { openDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { withPostgres } from './with-postgres.ts'

/** A group of tests that runs once on SQLite and once on PostgreSQL; `db()` is to be called inside tests and hooks. */
export function onEveryDatabase(name: string, tests: (db: () => Database) => void): void {
  const group = (open: () => Promise<Database>) => {
    let db: Database | undefined
    beforeAll(async () => {
      db = await open()
    })
    afterAll(() => db?.destroy())
    tests(() => {
      if (!db) throw new Error('db() is known only inside tests and hooks')
      return db
    })
  }
  describe(`${name} on SQLite`, () => {
    let directory: string
    afterAll(() => rm(directory, { recursive: true, force: true }))
    group(async () => {
      directory = await mkdtemp(path.join(tmpdir(), 'tain-db-'))
      return await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
    })
  })
  withPostgres(`${name} on PostgreSQL`, (url) => {
    group(() => openDatabase({ DATA_DIR: '', DATABASE_URL: url() }))
  })
}
