import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { createApiToken } from '#lib/accounts/api-tokens.ts'
import { listConversations } from '#lib/chat/conversations.ts'
import { storeTurn } from '#lib/chat/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { backupTables, leftOutOfBackups } from '#lib/db/backup/backup-tables.ts'
import { copyBeforeMigration } from '#lib/db/backup/copy-before-migration.ts'
import { openDatabase } from '#lib/db/database.ts'
import { migrationNames } from '#lib/db/migrate.ts'
import type { Database, Schema } from '#lib/db/schema.ts'
import { createSqliteDialect } from '#lib/db/sqlite-dialect.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')

type Target = { DATA_DIR: string; DATABASE_URL?: string }

/** The commands of a terminal, without the install before them. */
const command = (script: string, env: Target, ...args: string[]) =>
  run(process.execPath, [path.join(root, 'scripts', script), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
  })
const hashIn = (output: string) => /SHA-256 of the content[^:]*: ([0-9a-f]{64})/.exec(output)?.[1]

async function fill(db: Database): Promise<string> {
  const ada = await insertAccount(db, { role: 'user', name: 'Ada', email: 'ada@example.org' })
  await createApiToken(db, ada, { name: 'laptop' })
  for (let i = 0; i < 5; i++) {
    const ask = newQuestion({ text: `白银与玻璃 ${i} "quoted" \\ 😀` })
    await storeTurn(db, ada, ask, 1_700_000_000_000 + i)
  }
  return ada
}

/** Backs up `from`, restores into `to`, and looks at what is there. */
async function roundTrip(from: Target, to: Target, directory: string): Promise<void> {
  const source = await openDatabase({ DATABASE_URL: undefined, ...from })
  const ada = await fill(source)
  const file = path.join(directory, 'backup.ndjson.gz')
  const written = await command('backup.ts', from, file)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await source.destroy()
  const restored = await command('restore.ts', to, file)
  expect(hashIn(restored.stdout)).toBe(hashIn(written.stdout))
  expect(restored.stdout).toContain('Restored 5 conversations with 10 messages, and 1 accounts.')
  const db = await openDatabase({ DATABASE_URL: undefined, ...to })
  expect(await listConversations(db, ada)).toHaveLength(5)
  expect((await searchConversations(db, ada, '白银', 10)).hits.length).toBeGreaterThan(0)
  await db.destroy()
  // What is there is never gone over.
  await expect(command('restore.ts', to, file)).rejects.toThrow('not empty')
}

describe('a backup', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tain-backup-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))
  const at = (name: string) => ({ DATA_DIR: path.join(directory, name) })

  it('of SQLite goes into another SQLite, while somebody else holds a transaction open', async () => {
    await roundTrip(at('one'), at('two'), directory)
    const held = await openDatabase({ ...at('one'), DATABASE_URL: undefined })
    await held.transaction().execute(async (tx) => {
      await sql`update account set name = 'Grace'`.execute(tx)
      await command('backup.ts', at('one'), path.join(directory, 'meanwhile.ndjson.gz'))
    })
    await held.destroy()
    const lines = gunzipSync(await readFile(path.join(directory, 'meanwhile.ndjson.gz'))).toString()
    expect(lines).toContain('"Ada"')
  })

  it('that is damaged, cut off, another version’s or none is refused in a sentence, and nothing is restored', async () => {
    const file = path.join(directory, 'backup.ndjson.gz')
    const bytes = await readFile(file)
    const lines = gunzipSync(bytes).toString().split('\n')
    const [head = '', ...rest] = lines
    const bad: [string, Buffer, RegExp][] = [
      ['cut off', bytes.subarray(0, bytes.length - 20), /damaged/],
      ['cut off at a line', gzipSync(lines.slice(0, -2).join('\n')), /cut off/],
      ['broken', gzipSync([head, '{"no":1}', ...rest].join('\n')), /damaged/],
      ['of another table', gzipSync([head, '["sqlite_master",{}]', ...rest].join('\n')), /damaged/],
      ['newer', gzipSync([head.replace('"0001', '"9999'), ...rest].join('\n')), /another version/],
      ['none', gzipSync('hello\n'), /no backup of Tain/],
      ['not packed', Buffer.from('hello'), /damaged/],
    ]
    for (const [what, content, message] of bad) {
      const wrong = path.join(directory, 'wrong.gz')
      await writeFile(wrong, content)
      const failed = await command('restore.ts', at('three'), wrong).catch((error) => error)
      expect(failed.stderr, what).toMatch(message)
      expect(failed.stderr, what).not.toContain('    at ')
    }
    const db = await openDatabase({ ...at('three'), DATABASE_URL: undefined })
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  it('is made of an SQLite file before a migration changes it, and the last three stay', async () => {
    const db = await openDatabase({ ...at('six'), DATABASE_URL: undefined })
    await fill(db)
    const backups = path.join(directory, 'six', 'backups')
    await copyBeforeMigration(db, backups)
    await expect(readdir(backups)).rejects.toThrow('ENOENT')
    const last = migrationNames.at(-1) ?? ''
    await sql`delete from kysely_migration where name = ${last}`.execute(db)
    for (let i = 0; i < 4; i++) await copyBeforeMigration(db, backups)
    const copies = await readdir(backups)
    expect(copies).toHaveLength(3)
    expect(copies.every((name) => name.startsWith(`before-${last}-`))).toBe(true)
    const copy = createSqliteDialect(path.join(backups, copies[0] ?? ''))
    const old = new Kysely<Schema>({ dialect: copy })
    expect(await old.selectFrom('message').select('id').execute()).toHaveLength(10)
    await old.destroy()
    await db.destroy()
  })

  withPostgres('with PostgreSQL', (url) => {
    it('of SQLite goes into PostgreSQL', () =>
      roundTrip(at('four'), { DATA_DIR: path.join(directory, 'four-pg'), DATABASE_URL: url() }, directory))
  })
  withPostgres('from PostgreSQL', (url) => {
    it('goes into SQLite', () =>
      roundTrip({ DATA_DIR: path.join(directory, 'five-pg'), DATABASE_URL: url() }, at('five'), directory))
  })
})

onEveryDatabase('the list of what is backed up', (db) => {
  it('has every table', async () => {
    const names = (await db().introspection.getTables()).map(({ name }) => name)
    const known = [...backupTables.map(({ name }) => name as string), ...leftOutOfBackups]
    // A new table belongs into lib/db/backup/backup-tables.ts.
    expect(names.filter((name) => !name.startsWith('search_gram')).sort()).toEqual(known.sort())
  })
})
