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
import { createDiskStore } from '#lib/chat/files/disk-store.ts'
import { loadFile } from '#lib/chat/files/file-rows.ts'
import { keepFile } from '#lib/chat/files/keep-file.ts'
import { createS3Store } from '#lib/chat/files/s3-store.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { backupTables, leftOutOfBackups } from '#lib/db/backup/backup-tables.ts'
import { copyBeforeMigration } from '#lib/db/backup/copy-before-migration.ts'
import { openDatabase } from '#lib/db/database.ts'
import { migrationNames } from '#lib/db/migrate.ts'
import type { Database, Schema } from '#lib/db/schema.ts'
import { createSqliteDialect } from '#lib/db/sqlite-dialect.ts'
import { restoreSite } from '#lib/site-backup/restore-site.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore, pdf, photo } from '#tests/support/files.ts'
import { type S3Server, startS3Server } from '#tests/support/s3-server.ts'
import { newQuestion } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')

type Target = { DATA_DIR: string; DATABASE_URL?: string; S3_BUCKET_URL?: string }

const s3Keys = { accessKeyId: 'an-id', secretAccessKey: 'a-secret-key', region: 'us-east-1' }
let s3: S3Server
beforeAll(async () => {
  s3 = await startS3Server(s3Keys)
})
afterAll(() => s3.close())
const inBucket = () => ({ S3_BUCKET_URL: s3.bucketUrl })

/** The commands of a terminal, without the install before them. */
const command = (script: string, env: Target, ...args: string[]) =>
  run(process.execPath, [path.join(root, 'scripts', script), ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      ...env,
      ...(env.S3_BUCKET_URL && {
        S3_ACCESS_KEY_ID: s3Keys.accessKeyId,
        S3_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
        S3_REGION: s3Keys.region,
      }),
    },
  })
const hashIn = (output: string) => /SHA-256 of the content[^:]*: ([0-9a-f]{64})/.exec(output)?.[1]

const storeOf = ({ DATA_DIR, S3_BUCKET_URL: bucketUrl }: Target) =>
  bucketUrl ? createS3Store({ bucketUrl, ...s3Keys }) : createDiskStore(DATA_DIR)

/** Longer than one piece of a backup, and than one chunk of its file. */
const LONG_TEXT = Array.from({ length: 60_000 }, (_, line) => `${line} 白银`).join('\n')

async function fillFiles(db: Database, target: Target, owner: string): Promise<string[]> {
  const deps = { db, store: storeOf(target), maxBytes: 20e6, maxBytesInAll: undefined }
  const files = [await photo(), pdf('One', 'Two'), Buffer.from(LONG_TEXT)]
  const kept = await Promise.all(files.map((bytes, i) => keepFile(deps, owner, `file ${i}`, bytes)))
  return kept.map(({ fileId }) => fileId)
}

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
  const files = await fillFiles(source, from, ada)
  const file = path.join(directory, 'backup.ndjson.gz')
  const written = await command('backup.ts', from, file)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(written.stdout).toContain('With the bytes of 3 files')
  const bytesOf = (db: Database, target: Target) =>
    Promise.all(files.map((id) => loadFile({ db, store: storeOf(target) }, ada, id)))
  const before = await bytesOf(source, from)
  await source.destroy()
  const restored = await command('restore.ts', to, file)
  expect(hashIn(restored.stdout)).toBe(hashIn(written.stdout))
  expect(restored.stdout).toContain('The bytes of 3 files are back')
  expect(restored.stdout).toContain('Restored 5 conversations with 10 messages, and 1 accounts.')
  const db = await openDatabase({ DATABASE_URL: undefined, ...to })
  expect(await listConversations(db, ada)).toHaveLength(5)
  expect((await searchConversations(db, ada, '白银', 10)).hits.length).toBeGreaterThan(0)
  expect(await bytesOf(db, to)).toEqual(before)
  expect(before.at(-1)?.toString()).toBe(LONG_TEXT)
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

  it('leaves files out when told to, says which are missing, and restores without them', async () => {
    const file = path.join(directory, 'rows.ndjson.gz')
    const rows = await command('backup.ts', at('one'), file, '--without-files')
    expect(rows.stdout).toContain('Without the bytes of files.')
    expect(gunzipSync(await readFile(file)).toString()).not.toContain('"file_piece"')
    const restored = await command('restore.ts', at('seven'), file)
    expect(restored.stdout).toContain('no bytes of its 3 files')
    const without = await command('backup.ts', at('seven'), path.join(directory, 'none.gz'))
    expect(without.stdout).toContain('Of 3 files the bytes were not to be found')
  })

  it('that is cut off, not packed or none is refused in a sentence, and nothing is restored', async () => {
    const file = path.join(directory, 'backup.ndjson.gz')
    const bytes = await readFile(file)
    const lines = gunzipSync(bytes).toString().split('\n')
    const bad: [string, Buffer, RegExp][] = [
      ['cut off', bytes.subarray(0, bytes.length - 20), /damaged/],
      ['cut off at a line', gzipSync(lines.slice(0, -2).join('\n')), /cut off/],
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

  it('that is damaged, of another version, or lacks a piece of a file restores nothing at all', async () => {
    const bytes = await readFile(path.join(directory, 'backup.ndjson.gz'))
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n')
    const first = lines.findIndex((line) => line.startsWith('["file_piece"') && line.includes('"of":1'))
    const changed = (change: object) =>
      lines.map((line, i) =>
        i === first ? JSON.stringify(['file_piece', { ...JSON.parse(line)[1], ...change }]) : line,
      )
    const [head = '', ...rest] = lines
    const bad = {
      broken: [head, '{"no":1}', ...rest],
      'of another table': [head, '["sqlite_master",{}]', ...rest],
      'another version': [head.replace('"0001', '"9999'), ...rest],
      changed: changed({ base64: 'AAAA' }),
      elsewhere: changed({ key: '../../x' }),
      'without a piece': lines.filter((line) => !line.includes('"part":1,')),
      'without the last': lines.slice(
        0,
        lines.findLastIndex((line) => /"part":[^0]/.test(line)),
      ),
    }
    const db = await openDatabase({ ...at('eight'), DATABASE_URL: undefined })
    for (const [what, given] of Object.entries(bad)) {
      const store = memoryStore()
      const open = async function* () {
        yield* given
      }
      await expect(restoreSite(db, store, open), what).rejects.toThrow(
        what === 'another version' ? 'made by another version' : 'damaged; nothing was restored',
      )
      expect([what, ...store.keys()]).toEqual([what])
      expect(await db.selectFrom('file').select('id').execute()).toEqual([])
    }
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
      roundTrip(
        at('four'),
        { DATA_DIR: path.join(directory, 'four-pg'), DATABASE_URL: url(), ...inBucket() },
        directory,
      ))
  })
  withPostgres('from PostgreSQL and a bucket', (url) => {
    it('goes into SQLite and a folder', () =>
      roundTrip(
        { DATA_DIR: path.join(directory, 'five-pg'), DATABASE_URL: url(), ...inBucket() },
        at('five'),
        directory,
      ))
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
