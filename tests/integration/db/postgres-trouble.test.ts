import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { openSession, roleOfSession } from '#lib/accounts/session-rows.ts'
import { getConversation } from '#lib/chat/conversations.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { type SendDependencies, sendMessage } from '#lib/chat/send-message.ts'
import { openDatabase } from '#lib/db/database.ts'
import { createPostgresDialect } from '#lib/db/postgres-dialect.ts'
import type { Database, Schema } from '#lib/db/schema.ts'
import { storageFailureOf } from '#lib/db/storage-failure.ts'
import { answer as handle } from '#lib/site-api.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { memoryStore } from '#tests/support/files.ts'
import { startPostgres, type TestPostgres } from '#tests/support/postgres.ts'
import { newQuestion } from '#tests/support/site-client.ts'
import { gatewayAt } from '#tests/support/turns.ts'

/** How often it is restarted under load; `RESTARTS=20` is what `trust.md` check 31 asks for. */
const RESTARTS = Number(process.env.RESTARTS ?? 3)
const PEOPLE = 5
const OWNER = 'an-owner'
const TEXT = Array.from({ length: 60 }, (_, index) => `word${index} `).join('')

const server = await startPostgres()

describe.skipIf('missing' in server)('a PostgreSQL', () => {
  const postgres = server as TestPostgres // it is there, or these are skipped
  let db: Database
  let upstream: DemoUpstream
  beforeAll(async () => {
    db = await openDatabase({ DATA_DIR: '', DATABASE_URL: postgres.url })
    upstream = await createDemoUpstream({ tokensPerSecond: 30, record: false })
    upstream.script({ ...answer.text(TEXT), times: Number.POSITIVE_INFINITY })
  })
  afterAll(async () => {
    await db.destroy()
    await upstream.close()
    await postgres.stop()
  })

  const ask = (question = newQuestion()) => storeTurn(db, OWNER, question, Date.now())
  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: unknown) => storageFailureOf(error),
    )

  /** Has an answer written, whatever happens to the database meanwhile. */
  async function send() {
    const request = newQuestion()
    const deps: SendDependencies = {
      db,
      store: memoryStore(),
      gateway: gatewayAt(upstream),
      onStoreError: () => {},
    }
    await sendMessage(deps, OWNER, request)
    return request
  }
  const storedAnswer = async ({ conversationId, answerId }: ReturnType<typeof newQuestion>) =>
    (await getConversation(db, OWNER, conversationId))?.messages.find(({ id }) => id === answerId)

  it(`loses and doubles nothing over ${RESTARTS} restarts under load`, {
    timeout: 60_000 + RESTARTS * 20_000,
  }, async () => {
    let isOver = false
    const acknowledged: string[] = []
    const failures = new Set<unknown>()
    /** Asks, and asks the same again while nobody has said that it is stored, as pages do. */
    const asking = Array.from({ length: PEOPLE }, async () => {
      for (let question = newQuestion(); !isOver; ) {
        const failure = await failureOf(ask(question))
        if (failure === 'none') {
          acknowledged.push(question.questionId)
          question = newQuestion()
        } else {
          failures.add(failure)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    })
    for (let restart = 0; restart < RESTARTS; restart++) {
      const written = await vi.waitFor(send, { timeout: 10_000 })
      const count = acknowledged.length
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(count + PEOPLE), { timeout: 10_000 })
      await postgres.restart(restart % 2 === 0 ? 'crash' : 'shutdown')
      const done = await vi.waitFor(
        async () => {
          const stored = await storedAnswer(written)
          expect(stored?.status).toBe('complete')
          return stored
        },
        { timeout: 20_000, interval: 200 },
      )
      expect(done?.parts).toMatchObject([{ text: TEXT }])
    }
    isOver = true
    await Promise.all(asking)
    expect([...failures]).toEqual(['away'])
    const stored = await db.selectFrom('message').select('id').where('role', '=', 'user').execute()
    const ids = stored.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([])
    const runs = await db.selectFrom('run').select('message_id').execute()
    expect(new Set(runs.map((run) => run.message_id)).size).toBe(runs.length)
    expect(runs).toHaveLength(ids.length)
    console.log(
      `${RESTARTS} restarts of PostgreSQL: ${acknowledged.length} questions acknowledged, each there once.`,
    )
  })

  it('whose disk is full refuses what is new, shows what is old, and takes the end of an answer when there is room', async () => {
    const before = newQuestion()
    await ask(before)
    const written = await send()
    await sql`create function no_room() returns trigger language plpgsql as
      'begin raise exception ''could not extend file: No space left on device'' using errcode = ''53100''; end'`.execute(
      db,
    )
    const ada = await insertAccount(db, { role: 'user', name: 'Ada', email: 'ada@example.org' })
    const session = await openSession(db, ada, 'A browser')
    await db.updateTable('session').set({ seen_at: 0 }).execute()
    for (const table of ['message', 'session']) {
      const trigger = sql`create trigger no_room before insert or update on ${sql.table(table)}`
      await sql`${trigger} execute function no_room()`.execute(db)
    }
    expect(await failureOf(ask())).toBe('full')
    expect((await getConversation(db, OWNER, before.conversationId))?.messages).toHaveLength(2)
    expect(await roleOfSession(db, session, ada)).toBe('user')
    const run = findLiveRun(written.answerId)
    await vi.waitFor(() => expect(run?.length).toBe(TEXT.length), { timeout: 10_000 })
    expect((await storedAnswer(written))?.status).toBe('running')
    for (const table of ['message', 'session']) {
      await sql`drop trigger no_room on ${sql.table(table)}`.execute(db)
    }
    expect(await failureOf(ask())).toBe('none')
    await vi.waitFor(async () => expect(await storedAnswer(written)).toMatchObject({ status: 'complete' }), {
      timeout: 20_000,
      interval: 200,
    })
  })

  it('says that a text it cannot hold is the fault of the request', async () => {
    const response = await handle(async () => {
      await sql`select ${'a\0b'}::text`.execute(db)
      return new Response()
    })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'bad_text' } }])
  })

  it('in which somebody holds a lock is busy after a while, for readers and writers, and well again after it', async () => {
    const impatient = new Kysely<Schema>({ dialect: createPostgresDialect(postgres.url, 300) })
    const before = newQuestion()
    await ask(before)
    const held = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const holding = db.transaction().execute(async (tx) => {
      await sql`lock table message in access exclusive mode`.execute(tx)
      held.resolve()
      await released.promise
    })
    await held.promise
    expect(await failureOf(storeTurn(impatient, OWNER, newQuestion(), 1))).toBe('busy')
    expect(await failureOf(getConversation(impatient, OWNER, before.conversationId))).toBe('busy')
    released.resolve()
    await holding
    expect(await failureOf(storeTurn(impatient, OWNER, newQuestion(), 1))).toBe('none')
    expect((await getConversation(impatient, OWNER, before.conversationId))?.messages).toHaveLength(2)
    await impatient.destroy()
  })
})
