import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { getConversation } from '#lib/chat/conversations.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { databaseFile, openDatabase } from '#lib/db/database.ts'
import type { Database, Schema } from '#lib/db/schema.ts'
import { createSqliteDialect } from '#lib/db/sqlite-dialect.ts'
import { storageFailureOf } from '#lib/db/storage-failure.ts'
import { freePort } from '#tests/support/ports.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const OWNER = 'an-owner'
let settings: { DATA_DIR: string; DATABASE_URL: undefined }
let db: Database
beforeEach(async () => {
  settings = { DATA_DIR: await mkdtemp(path.join(tmpdir(), 'tain-storage-')), DATABASE_URL: undefined }
  db = await openDatabase(settings)
})
afterEach(async () => {
  await db.destroy()
  await rm(settings.DATA_DIR, { recursive: true })
})

const ask = (text: string) => {
  const question = newQuestion({ text })
  return storeTurn(db, OWNER, question, Date.now())
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => storageFailureOf(error),
  )

it('a full disk refuses what is new, keeps and shows what is old, and takes new things when there is room', async () => {
  const { conversation } = await ask('Stored before')
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  await sql.raw(`pragma max_page_count = ${rows[0]?.page_count}`).execute(db)
  expect(await failureOf(ask('x'.repeat(200_000)))).toBe('full')
  expect((await getConversation(db, OWNER, conversation.id))?.messages).toHaveLength(2)
  await sql`pragma max_page_count = 1000000`.execute(db)
  expect(await failureOf(ask('x'.repeat(200_000)))).toBe('none')
  expect((await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)).rows).toEqual([
    { integrity_check: 'ok' },
  ])
})

it('a database that another process writes is busy for writers, and open to readers', async () => {
  const { conversation } = await ask('Stored before')
  const file = databaseFile(settings) ?? ''
  const impatient = new Kysely<Schema>({ dialect: createSqliteDialect(file, 20) })
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  const question = newQuestion({ text: 'Not now' })
  expect(await failureOf(storeTurn(impatient, OWNER, question, Date.now()))).toBe('busy')
  expect((await getConversation(impatient, OWNER, conversation.id))?.messages).toHaveLength(2)
  await impatient.destroy()

  // Whoever is more patient waits, and holds up nothing else in the process meanwhile.
  const waiting = failureOf(ask('Now'))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await vi.waitFor(() => expect(turns).toBeGreaterThan(20))
  clearInterval(timer)
  other.exec('commit')
  other.close()
  expect(await waiting).toBe('none')
})

it('a PostgreSQL that is not there is away; a wrong question is none of these', async () => {
  const url = `postgres://nobody@127.0.0.1:${await freePort()}/tain`
  expect(await failureOf(openDatabase({ ...settings, DATABASE_URL: url }))).toBe('away')
  expect(await failureOf(sql`select * from nothing_of_this_name`.execute(db))).toBeUndefined()
  expect(storageFailureOf('no error at all')).toBeUndefined()
})
