import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { findAnswer, storeTurn } from '#lib/chat/runs/run-store.ts'
import { openDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { sweepRuns } from '#server/sweep-runs.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const OWNER = 'an-owner'

let directory: string
let db: Database
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-sweep-'))
  db = await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

it('knows within 15 seconds that a run has lost its process, and not before it is silent for ten', async () => {
  const { answerId, ...question } = newQuestion()
  await storeTurn(db, OWNER, { ...question, answerId }, Date.now())
  const status = async () => (await findAnswer(db, OWNER, answerId))?.answer.status
  const end = sweepRuns(db, async () => true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await status()).toBe('running')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await status()).toBe('interrupted')
  end()
})
