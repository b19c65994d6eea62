import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { getConversation, listConversations, setActiveLeaf } from '#lib/chat/conversations.ts'
import { listReceipts } from '#lib/chat/receipts.ts'
import { interruptLostRuns } from '#lib/chat/runs/lost-runs.ts'
import { findAnswer, finishRun, loadBranch, saveProgress, storeTurn } from '#lib/chat/runs/run-store.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import { openDatabase } from '#lib/db/database.ts'
import { databaseClock } from '#lib/db/database-clock.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion as ask } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const finished = { parts: [], seq: 0, status: 'complete' as const, error: null, model: 'm' }

onEveryDatabase('turns', (db) => {
  it('keeps a question and the place of its answer together', async () => {
    const owner = crypto.randomUUID()
    const request = ask()
    const turn = await storeTurn(db(), owner, request, Date.now())
    expect(turn.run).toMatchObject({ number: 0 })
    const stored = await getConversation(db(), owner, request.conversationId)
    expect(stored).toMatchObject({
      title: 'What is a mirror?',
      activeLeafId: request.answerId,
      messages: [
        { id: request.questionId, parentId: null, role: 'user', status: 'complete' },
        { id: request.answerId, parentId: request.questionId, role: 'assistant', status: 'running' },
      ],
    })
    expect(await listConversations(db(), owner)).toEqual([turn.conversation])
  })

  it('makes one turn of the same request sent ten times at once', async () => {
    const owner = crypto.randomUUID()
    const request = ask()
    const turns = await Promise.all(Array.from({ length: 10 }, () => storeTurn(db(), owner, request, 1_000)))
    expect(turns.filter((turn) => turn.run)).toHaveLength(1)
    expect((await getConversation(db(), owner, request.conversationId))?.messages).toHaveLength(2)
  })

  it('adds answers to a question and questions below answers, and loads the branch of one leaf', async () => {
    const owner = crypto.randomUUID()
    const first = ask()
    const { conversationId, questionId } = first
    await storeTurn(db(), owner, first, 1_000)
    const again = crypto.randomUUID()
    await storeTurn(db(), owner, { kind: 'regenerate', conversationId, questionId, answerId: again }, 2_000)
    const second = ask({ conversationId, parentId: again, text: 'And then?' })
    await storeTurn(db(), owner, second, 3_000)
    const branch = await loadBranch(db(), conversationId, second.answerId)
    expect(branch.map((message) => message.id)).toEqual([
      questionId,
      again,
      second.questionId,
      second.answerId,
    ])
  })

  it('hides everything from everyone but the owner', async () => {
    const owner = crypto.randomUUID()
    const stranger = crypto.randomUUID()
    const request = ask()
    await storeTurn(db(), owner, request, 1_000)
    expect(await getConversation(db(), stranger, request.conversationId)).toBeNull()
    expect(await findAnswer(db(), stranger, request.answerId)).toBeNull()
    expect(await attachRun(db(), stranger, request.answerId)).toBeNull()
    expect(await setActiveLeaf(db(), stranger, request.conversationId, request.questionId)).toBe(false)
    const intrusion = ask({ conversationId: request.conversationId, parentId: request.answerId })
    await expect(storeTurn(db(), stranger, intrusion, 2_000)).rejects.toMatchObject({ status: 404 })
    expect((await getConversation(db(), owner, request.conversationId))?.messages).toHaveLength(2)
  })

  it('refuses ids that belong elsewhere, and then stores nothing', async () => {
    const owner = crypto.randomUUID()
    const one = ask()
    const other = ask()
    await storeTurn(db(), owner, one, 1_000)
    await storeTurn(db(), owner, other, 1_000)
    const wrong = [
      ask({ conversationId: one.conversationId, parentId: other.answerId }),
      ask({ conversationId: one.conversationId, parentId: one.questionId }),
      ask({ conversationId: one.conversationId, parentId: one.answerId, answerId: other.answerId }),
      ask({ questionId: one.questionId }),
    ]
    for (const request of wrong) {
      await expect(storeTurn(db(), owner, request, 2_000)).rejects.toMatchObject({ status: 409 })
    }
    expect(await listConversations(db(), owner)).toHaveLength(2)
    expect((await getConversation(db(), owner, one.conversationId))?.messages).toHaveLength(2)
  })

  it('cuts a long title at a whole character', async () => {
    const family = '👨‍👩‍👧‍👦'
    const { conversation } = await storeTurn(
      db(),
      crypto.randomUUID(),
      ask({ text: `\n ${family.repeat(80)}\nmore` }),
      1,
    )
    expect(conversation.title).toMatch(new RegExp(`^(${family})+…$`, 'u'))
  })
})

async function startTurn(db: Database, now = Date.now()) {
  const owner = crypto.randomUUID()
  const request = ask()
  const { run } = await storeTurn(db, owner, request, now)
  if (!run) throw new Error('the turn was stored before')
  return { owner, request, runId: run.id }
}

onEveryDatabase('runs', (db) => {
  it('materialise what was written and end once', async () => {
    const { owner, request, runId } = await startTurn(db())
    const soFar = { parts: [{ type: 'text' as const, text: 'So far' }], seq: 6 }
    expect(await saveProgress(db(), runId, soFar)).toBe(true)
    expect((await findAnswer(db(), owner, request.answerId))?.answer).toMatchObject({
      status: 'running',
      parts: [{ type: 'text', text: 'So far' }],
    })
    const all = { ...finished, parts: [{ type: 'text' as const, text: 'All' }], seq: 3 }
    expect(await finishRun(db(), runId, all)).toBe(true)
    const again = { ...finished, status: 'failed' as const, error: { code: 'unknown' as const } }
    expect(await finishRun(db(), runId, again)).toBe(false)
    expect(await saveProgress(db(), runId, { parts: [], seq: 0 })).toBe(false)
    expect((await findAnswer(db(), owner, request.answerId))?.answer).toMatchObject({
      status: 'complete',
      model: 'm',
      error: null,
      parts: [{ type: 'text', text: 'All' }],
    })
  })

  it('believed lost are taken back by a process that lives, unless the answer was continued', async () => {
    const { owner, request, runId } = await startTurn(db(), Date.now() - 60_000)
    const { conversationId, answerId } = request
    const status = async () => (await findAnswer(db(), owner, answerId))?.answer.status
    await interruptLostRuns(db(), { all: false })
    expect(await status()).toBe('interrupted')
    const written = { parts: [{ type: 'text' as const, text: 'Still here' }], seq: 10 }
    expect(await saveProgress(db(), runId, written)).toBe(true)
    expect(await status()).toBe('running')

    await interruptLostRuns(db(), { all: true })
    const next = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
    const turn = await storeTurn(db(), owner, next, Date.now())
    expect(turn).toMatchObject({ run: { id: next.runId, number: 1 }, answer: { parts: written.parts } })
    expect(await saveProgress(db(), runId, { parts: [], seq: 0 })).toBe(false)
    expect((await findAnswer(db(), owner, answerId))?.answer.parts).toEqual(written.parts)
  })

  it('that continue an answer are one, however often and by whomever they are asked for', async () => {
    const { owner, request, runId } = await startTurn(db())
    const { conversationId, answerId } = request
    await finishRun(db(), runId, { ...finished, status: 'stopped' })
    const go = (id: string) =>
      storeTurn(db(), owner, { kind: 'continue', conversationId, answerId, runId: id }, Date.now())
    const mine = crypto.randomUUID()
    const turns = await Promise.all([mine, mine, crypto.randomUUID(), mine, crypto.randomUUID()].map(go))
    const [started, ...others] = turns.flatMap(({ run }) => (run ? [run] : []))
    expect(others).toEqual([])
    if (!started) throw new Error('no run was started')
    await finishRun(db(), started.id, finished)
    expect(await go(started.id)).toMatchObject({ run: null, answer: { status: 'complete' } })
    await expect(go(crypto.randomUUID())).rejects.toMatchObject({ status: 409 })
    await expect(go(runId)).resolves.toMatchObject({ run: null })
  })

  it('are not continued by strangers, nor under the id of another run', async () => {
    const { owner, request, runId } = await startTurn(db())
    const other = await startTurn(db())
    await finishRun(db(), runId, { ...finished, status: 'interrupted' })
    const { conversationId, answerId } = request
    const go = (who: string, change: object) =>
      storeTurn(
        db(),
        who,
        { kind: 'continue', conversationId, answerId, runId: crypto.randomUUID(), ...change },
        Date.now(),
      )
    await expect(go(other.owner, {})).rejects.toMatchObject({ status: 404 })
    await expect(go(owner, { answerId: request.questionId })).rejects.toMatchObject({ status: 409 })
    await expect(go(owner, { answerId: other.request.answerId })).rejects.toMatchObject({ status: 409 })
    await expect(go(owner, { runId: other.runId })).rejects.toMatchObject({ status: 409 })
    expect((await findAnswer(db(), owner, answerId))?.answer.status).toBe('interrupted')
  })

  it('that lost their process become interrupted; those that live do not', async () => {
    const owner = crypto.randomUUID()
    const lost = ask()
    const alive = ask()
    await storeTurn(db(), owner, lost, Date.now() - 60_000)
    await storeTurn(db(), owner, alive, Date.now())
    expect(await interruptLostRuns(db(), { all: false })).toBeGreaterThanOrEqual(1)
    expect((await findAnswer(db(), owner, lost.answerId))?.answer.status).toBe('interrupted')
    expect(await listReceipts(db(), owner, lost.answerId)).toMatchObject([{ number: 0, isRawKept: false }])
    expect((await findAnswer(db(), owner, alive.answerId))?.answer.status).toBe('running')
    expect(await interruptLostRuns(db(), { all: true })).toBeGreaterThanOrEqual(1)
    expect((await findAnswer(db(), owner, alive.answerId))?.answer.status).toBe('interrupted')
  })
})

onEveryDatabase('branches', (db) => {
  describe('the one that is shown', () => {
    it('changes to a message of the conversation only, and counts a revision', async () => {
      const owner = crypto.randomUUID()
      const one = ask()
      const { conversation } = await storeTurn(db(), owner, one, 1_000)
      const answerId = crypto.randomUUID()
      const { conversationId, questionId } = one
      await storeTurn(db(), owner, { kind: 'regenerate', conversationId, questionId, answerId }, 2_000)
      expect(await setActiveLeaf(db(), owner, conversationId, one.answerId)).toBe(true)
      expect(await setActiveLeaf(db(), owner, conversationId, crypto.randomUUID())).toBe(false)
      expect(await getConversation(db(), owner, conversationId)).toMatchObject({
        activeLeafId: one.answerId,
        revision: conversation.revision + 2,
      })
    })
  })
})

withPostgres('instances whose clocks differ by minutes', (url) => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const wrongBy = (minutes: number) => {
    vi.useRealTimers()
    const wrong = Date.now() + minutes * 60_000
    vi.useFakeTimers({ toFake: ['Date'], now: wrong })
  }

  it.each([
    [-5, 0],
    [0, 5],
    [5, -5],
  ])('do not take one another for dead, nor a dead one for alive (%i and %i)', async (writer, reader) => {
    const db = await openDatabase({ DATA_DIR: '', DATABASE_URL: url() })
    onTestFinished(() => db.destroy())
    const owner = crypto.randomUUID()
    const [alive, dead] = [ask(), ask()]
    wrongBy(writer)
    const { run } = await storeTurn(db, owner, alive, Date.now())
    await storeTurn(db, owner, dead, Date.now() - 60_000)
    await saveProgress(db, run?.id ?? '', { parts: [], seq: 0 })
    wrongBy(reader)
    expect(await interruptLostRuns(db, { all: false })).toBe(1)
    expect((await findAnswer(db, owner, alive.answerId))?.answer.status).toBe('running')
    expect((await findAnswer(db, owner, dead.answerId))?.answer.status).toBe('interrupted')
  })

  it('rotate keys by one clock', async () => {
    const db = await openDatabase({ DATA_DIR: '', DATABASE_URL: url() })
    onTestFinished(() => db.destroy())
    const before = Date.now()
    wrongBy(30)
    const clock = await databaseClock(db)
    const told = clock()
    vi.useRealTimers()
    // This machine's database has this machine's clock.
    expect(told).toBeGreaterThanOrEqual(before - 1)
    expect(told).toBeLessThanOrEqual(Date.now() + 1)
  })
})
