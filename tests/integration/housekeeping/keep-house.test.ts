import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeConversation } from '#lib/chat/conversation-changes.ts'
import { createDiskStore } from '#lib/chat/files/disk-store.ts'
import type { FileStore } from '#lib/chat/files/file-store.ts'
import { storeImport } from '#lib/chat/importing/store-import.ts'
import { listReceipts, loadRaw } from '#lib/chat/receipts.ts'
import { finishRun, storeTurn } from '#lib/chat/runs/run-store.ts'
import { provideConfig } from '#lib/config.ts'
import { openDatabase } from '#lib/db/database.ts'
import type { Expiring } from '#lib/db/expiring.ts'
import type { Database } from '#lib/db/schema.ts'
import { erasedLately } from '#lib/housekeeping/erased-counts.ts'
import { houseNotice } from '#lib/housekeeping/house-notice.ts'
import { keepHouse } from '#lib/housekeeping/keep-house.ts'
import { type Expiry, whatExpires } from '#lib/housekeeping/what-expires.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const settings = {
  CONVERSATION_DAYS: 90,
  DELETED_DAYS: 30,
  RAW_RESPONSE_DAYS: 7,
  UNSENT_FILE_DAYS: 1,
  RECORD_DAYS: 180,
} as const

let directory = ''
let store: FileStore
beforeAll(async () => {
  provideConfig({ AUTH_SECRET: 's'.repeat(32), LOG_LEVEL: 'silent' })
  directory = await mkdtemp(path.join(tmpdir(), 'tain-house-'))
  store = createDiskStore(directory)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** An answered question of a new owner's, with a raw response, at `now`. */
async function answered(db: Database, now: number) {
  const owner = crypto.randomUUID()
  const { conversation, answer, run } = await storeTurn(db, owner, newQuestion(), now)
  await finishRun(db, run?.id ?? '', {
    parts: [{ type: 'text', text: 'An answer' }],
    seq: 9,
    status: 'complete',
    error: null,
    model: 'm',
    recorded: {
      receipt: { isRawKept: true } as never,
      rawGzip: Buffer.from('H4sIAAAAAAAAAwMAAAAAAAAAAAA=', 'base64'),
    },
  })
  return { owner, conversation, answer }
}

const idsIn = async (db: Database) =>
  (await db.selectFrom('conversation').select('id').execute()).map(({ id }) => id)

/** Something of which so many are due, each batch of which is watched. */
function heap(size: number, onErase?: (left: number) => Promise<void> | void): Expiring {
  let left = size
  return {
    count: async () => left,
    async erase(_db, _now, limit) {
      await onErase?.(left)
      const erased = Math.min(left, limit)
      left -= erased
      return erased
    },
  }
}

const expiryOf = (expiring: Expiring): Expiry[] => [{ kind: 'records', expiring, batch: 10 }]

onEveryDatabase('keeping house', (db) => {
  const forget = () => db().deleteFrom('housekeeping').execute()

  it('erases conversations that nobody has used for so long, however used: asked, renamed or imported', async () => {
    await forget()
    const start = 1_000 * DAY_MS
    const now = start + 90 * DAY_MS
    const [unused, renamed] = [await answered(db(), start), await answered(db(), start)]
    const asked = await answered(db(), start + 1)
    const { revision, id } = renamed.conversation
    await changeConversation(db(), renamed.owner, id, { revision, title: 'Mine' }, start + 1)
    const old = { createdAt: 1, updatedAt: 2 }
    const imported = await storeImport(
      db(),
      unused.owner,
      {
        ...old,
        source: 'chatgpt',
        id: 'old',
        title: 'Old',
        titleSource: 'person',
        activeId: 'a',
        pinnedAt: null,
        archivedAt: null,
        messages: [
          {
            id: 'a',
            parentId: null,
            role: 'user',
            parts: [{ type: 'text', text: 'Long ago' }],
            status: 'complete',
            error: null,
            model: null,
            createdAt: 1,
          },
        ],
      },
      start + 1,
    )
    const expiries = whatExpires(settings, store)
    const count = async () => await expiries[0]?.expiring.count(db(), now)
    expect(await count()).toBe(1)
    const result = await keepHouse(db(), { expiries, now: () => now })
    expect(result).toMatchObject({ outcome: 'done', erased: { unusedConversations: 1 } })
    const left = await idsIn(db())
    expect(left).not.toContain(unused.conversation.id)
    expect(left).toEqual(expect.arrayContaining([id, asked.conversation.id, imported.conversationId]))
    expect(await count()).toBe(0)
    const notice = await houseNotice(db(), now)
    expect(notice).toMatchObject({ lastAt: now, failedAt: null, erased: { unusedConversations: 1 } })
    expect(await erasedLately(db(), 30, now + 40 * DAY_MS)).toEqual({})
    // Without the setting nothing goes by itself.
    const off = whatExpires({ ...settings, CONVERSATION_DAYS: 'off' }, store)
    await keepHouse(db(), { expiries: off, now: () => now + 1_000 * DAY_MS })
    expect(await idsIn(db())).toContain(asked.conversation.id)
  })

  it('erases raw responses of long ago, and leaves answers and receipts, which then offer none', async () => {
    await forget()
    const { owner, answer } = await answered(db(), Date.now())
    expect(await loadRaw(db(), owner, answer.id)).not.toBeNull()
    const at = (now: number) => ({ expiries: whatExpires(settings, store), now: () => now, isForced: true })
    await keepHouse(db(), at(Date.now() + 6 * DAY_MS))
    expect(await listReceipts(db(), owner, answer.id)).toMatchObject([{ isRawKept: true }])
    await keepHouse(db(), at(Date.now() + 8 * DAY_MS))
    expect(await loadRaw(db(), owner, answer.id)).toBeNull()
    expect(await listReceipts(db(), owner, answer.id)).toMatchObject([{ isRawKept: false }])
  })

  it('is done by one process at a time, once an hour, in batches', async () => {
    await forget()
    const now = 5_000 * DAY_MS
    const batches: number[] = []
    const others: string[] = []
    const other = async () => {
      const { outcome } = await keepHouse(db(), {
        expiries: expiryOf(heap(1)),
        now: () => now,
        isForced: true,
      })
      others.push(outcome)
    }
    const first = heap(25, async (left) => {
      batches.push(left)
      await other()
    })
    expect(await keepHouse(db(), { expiries: expiryOf(first), now: () => now })).toEqual({
      outcome: 'done',
      erased: { records: 25 },
    })
    expect(batches).toEqual([25, 15, 5])
    expect(others).toEqual(['elsewhere', 'elsewhere', 'elsewhere'])
    const later = (ms: number) =>
      keepHouse(db(), { expiries: expiryOf(heap(0)), now: () => now + ms }).then(({ outcome }) => outcome)
    expect(await later(HOUR_MS - 1)).toBe('not due')
    expect(await later(HOUR_MS)).toBe('done')
  })

  it('stops when it is told to, says when it fails, and goes on the next time', async () => {
    await forget()
    let now = 6_000 * DAY_MS
    const end = new AbortController()
    const half = heap(25, (left) => {
      if (left < 25) end.abort()
    })
    const stopped = await keepHouse(db(), { expiries: expiryOf(half), now: () => now, signal: end.signal })
    expect(stopped).toEqual({ outcome: 'stopped', erased: { records: 20 } })
    const broken = heap(5, () => Promise.reject(new Error('no disk')))
    const failing = () => keepHouse(db(), { expiries: expiryOf(broken), now: () => now })
    await expect(failing()).rejects.toThrow('no disk')
    expect(await houseNotice(db(), now)).toMatchObject({ failedAt: now })
    expect(await failing()).toEqual({ outcome: 'not due' })
    now += 5 * 60_000
    expect(await keepHouse(db(), { expiries: expiryOf(half), now: () => now })).toEqual({
      outcome: 'done',
      erased: { records: 5 },
    })
    expect(await houseNotice(db(), now)).toMatchObject({ lastAt: now, failedAt: null })
  })

  it('is taken over from a process that died, which then stops when it lives on', async () => {
    await forget()
    let now = 7_000 * DAY_MS
    const slow = heap(25, async (left) => {
      if (left < 25) return
      now += HOUR_MS
      const taken = await keepHouse(db(), { expiries: expiryOf(heap(3)), now: () => now })
      expect(taken).toEqual({ outcome: 'done', erased: { records: 3 } })
    })
    const outlived = await keepHouse(db(), { expiries: expiryOf(slow), now: () => now })
    expect(outlived).toEqual({ outcome: 'stopped', erased: { records: 10 } })
  })
})

describe('npm run retention', () => {
  const root = path.resolve(import.meta.dirname, '../../..')
  const command = (...args: string[]) =>
    promisify(execFile)(process.execPath, [path.join(root, 'scripts/retention.ts'), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', DATA_DIR: directory, CONVERSATION_DAYS: '90' },
    })

  it('says what is due, erases it when told to, and refuses anything else', async () => {
    const db = await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
    for (const age of [100, 95, 5]) await answered(db, Date.now() - age * DAY_MS)
    const due = await command()
    expect(due.stdout).toMatch(/Due; nothing was erased:\n +2 {2}conversations that nobody used\n/)
    expect(await idsIn(db)).toHaveLength(3)
    expect((await command('erase')).stdout).toMatch(/Erased:\n +2 {2}conversations that nobody used\n/)
    expect(await idsIn(db)).toHaveLength(1)
    expect((await command()).stdout).toContain('nothing')
    await expect(command('--now')).rejects.toThrow('npm run retention')
    await db.destroy()
  })
})
