import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#lib/db/database.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')

/** Opens the database in a process of its own and prints how many migrations are recorded. */
const OPEN = `
  import { sql } from 'kysely'
  import { openDatabase } from '#lib/db/database.ts'
  const db = await openDatabase({ DATA_DIR: process.argv[1], DATABASE_URL: process.argv[2] || undefined })
  const { rows } = await sql\`select count(*) as n from kysely_migration\`.execute(db)
  console.log(Number(rows[0].n))
  await db.destroy()
`
const openInProcess = (dataDir: string, url = '') =>
  run(process.execPath, ['--input-type=module', '-e', OPEN, dataDir, url], { cwd: root }).then(({ stdout }) =>
    Number(stdout),
  )

function migrating(target: () => { DATA_DIR: string; DATABASE_URL: string | undefined }) {
  it('is done once when five processes start together', async () => {
    const { DATA_DIR, DATABASE_URL } = target()
    const counts = await Promise.all(Array.from({ length: 5 }, () => openInProcess(DATA_DIR, DATABASE_URL)))
    expect(new Set(counts).size).toBe(1)
    expect(counts[0]).toBeGreaterThan(0)
  })

  it('does one that comes later than its number says', async () => {
    const db = await openDatabase(target())
    await sql`drop table upstream_object`.execute(db)
    await sql`delete from kysely_migration where name = '0020-upstream-objects'`.execute(db)
    await (await openDatabase(target())).destroy()
    expect(await db.selectFrom('upstream_object').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  it('refuses a database of a newer version in a sentence and changes nothing', async () => {
    const db = await openDatabase(target())
    const count = async () =>
      (await sql<{ n: unknown }>`select count(*) as n from kysely_migration`.execute(db)).rows
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', 'later')`.execute(db)
    const before = await count()
    await expect(openDatabase(target())).rejects.toThrow(/newer version of Tain.*nothing was changed/)
    expect(await count()).toEqual(before)
    await db.destroy()
  })
}

describe('migrating SQLite', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tain-migrate-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('makes commits durable: write-ahead log, synchronous full', async () => {
    const db = await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
    await db.destroy()
  })

  migrating(() => ({ DATA_DIR: path.join(directory, 'fresh'), DATABASE_URL: undefined }))
})

withPostgres('migrating PostgreSQL', (url) => {
  migrating(() => ({ DATA_DIR: '', DATABASE_URL: url() }))
})
