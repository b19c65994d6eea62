import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { type Config, parseConfig } from '#lib/config.ts'
import { openDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { keyNotice } from '#lib/secrets/rotation/key-notice.ts'
import { unfinishedRotation } from '#lib/secrets/rotation/rotate-keys.ts'
import { keysOf } from '#lib/upstream-config.ts'
import { followRotation, type KeyRotation } from '#server/key-rotation.ts'
import {
  ADMIN_KEY,
  type FakeOpenAIAdmin,
  PROJECT,
  startFakeOpenAIAdmin,
} from '#tests/support/fake-openai-admin.ts'

const BY_HAND = 'sk-canary-made-by-hand-0123456789'
/** Any key is older than this by the time it is looked at again. */
const AT_ONCE = { ROTATE: '1ms' }
/** A busy machine takes its time. */
const PATIENT = { timeout: 15_000 }

let openai: FakeOpenAIAdmin
let directory: string
let db: Database
let follower: KeyRotation | undefined
beforeAll(async () => {
  openai = await startFakeOpenAIAdmin()
  directory = await mkdtemp(path.join(tmpdir(), 'tain-rotation-'))
  db = await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
})
afterEach(() => follower?.close())
afterAll(async () => {
  await Promise.all([openai.close(), db.destroy()])
  await rm(directory, { recursive: true })
})

function follow(config: Config, reload = async () => {}) {
  const keys = keysOf(config)
  follower = followRotation({ root: directory, db, config, keys, reload })
  return { lookAgain: () => follower?.noteKeys(keys) }
}

it('without an admin key the owner is reminded of old keys, in the log and on the page', async () => {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {})
  const config = parseConfig({ ...AT_ONCE, OPENAI_API_KEY: BY_HAND })
  const { lookAgain } = follow(config)
  const remind = () => lines.mock.calls.filter(([line]) => String(line).includes('keys_old'))
  await vi.waitFor(() => {
    lookAgain()
    expect(remind()).not.toEqual([])
  }, PATIENT)
  expect(await keyNotice(db, config, Date.now())).toMatchObject({ kind: 'old' })
  expect(await keyNotice(db, parseConfig({ OPENAI_API_KEY: BY_HAND }), Date.now())).toBeUndefined()
  lookAgain()
  await follower?.close()
  // Once a week, not at each look.
  expect(remind()).toHaveLength(1)
  expect(JSON.stringify(lines.mock.calls)).not.toContain('canary')
  lines.mockRestore()
})

it('with one it is rotated when its time is over, and the instance takes the new key over', async () => {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {})
  const file = path.join(directory, 'keys')
  await writeFile(file, `team:${BY_HAND}\n`)
  const config = parseConfig({
    ...AT_ONCE,
    KEYS_FROM: `file:${file}`,
    OPENAI_API_KEYS: `team:${BY_HAND}`,
    OPENAI_ADMIN_KEY: ADMIN_KEY,
    OPENAI_PROJECT_ID: PROJECT,
    OPENAI_ADMIN_URL: openai.baseUrl,
  })
  const reload = vi.fn(async () => {})
  const { lookAgain } = follow(config, reload)
  await vi.waitFor(() => {
    lookAgain()
    expect(reload).toHaveBeenCalled()
  }, PATIENT)
  const [made] = [...openai.accounts.values()]
  expect(await readFile(file, 'utf8')).toBe(`team:${made?.secret}\n`)
  // This instance has not said yet that it uses the new key.
  expect(await unfinishedRotation(db)).toMatchObject({ account: 'team', step: 'waiting' })
  follower?.noteKeys([{ account: 'team', secret: made?.secret ?? '' }])
  await vi.waitFor(
    async () => expect(await unfinishedRotation(db)).toMatchObject({ step: 'draining' }),
    PATIENT,
  )
  expect(await keyNotice(db, config, Date.now())).toBeUndefined()
  await follower?.close()
  expect(JSON.stringify(lines.mock.calls)).not.toContain('canary')
  lines.mockRestore()
})
