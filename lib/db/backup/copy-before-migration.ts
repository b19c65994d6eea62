import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { pendingMigrations } from '../migrate.ts'
import type { Database } from '../schema.ts'

const KEPT = 3

/**
 * Copies an SQLite file that a migration is about to change to `directory`, where the last three copies stay. Does
 * nothing for a new file, or one that is up to date.
 */
export async function copyBeforeMigration(db: Database, directory: string): Promise<void> {
  const { isNew, names } = await pendingMigrations(db)
  const [first] = names
  if (isNew || first === undefined) return
  await mkdir(directory, { recursive: true })
  const stamp = new Date().toISOString().replace(/[-:.]/g, '')
  const file = path.join(directory, `before-${first}-${stamp}-${process.pid}.db`)
  await sql`vacuum into ${file}`.execute(db)
  const copies = (await readdir(directory)).filter((name) => name.startsWith('before-'))
  const byAge = copies.toSorted((a, b) => (stampOf(a) < stampOf(b) ? 1 : -1))
  for (const name of byAge.slice(KEPT)) await rm(path.join(directory, name), { force: true })
}

const stampOf = (name: string) => /-(\d{8}T\d{9}Z)-/.exec(name)?.[1] ?? ''
