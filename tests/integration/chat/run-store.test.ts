import { describe, expect, it } from 'vitest'
import { getConversation, listConversations, setActiveLeaf } from '#lib/chat/conversations.ts'
import {
  findAnswer,
  finishRun,
  interruptLostRuns,
  loadBranch,
  saveProgress,
  storeTurn,
} from '#lib/chat/run-store.ts'
import { attachRun } from '#lib/chat/run-stream.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion as ask } from '#tests/support/site-client.ts'

const finished = { parts: [], seq: 0, status: 'complete' as const, error: null, model: 'm' }

onEveryDatabase('turns', (db) => {
  it('keeps a question and the place of its answer together', async () => {
    const owner = crypto.randomUUID()
    const request = ask()
    const turn = await storeTurn(db(), owner, request, 1_000)
    expect(turn.created).toBe(true)
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
    expect(turns.filter((turn) => turn.created)).toHaveLength(1)
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

onEveryDatabase('runs', (db) => {
  it('materialise what was written and end once', async () => {
    const owner = crypto.randomUUID()
    const request = ask()
    await storeTurn(db(), owner, request, 1_000)
    await saveProgress(db(), request.answerId, [{ type: 'text', text: 'So far' }], 3)
    expect((await findAnswer(db(), owner, request.answerId))?.answer).toMatchObject({
      status: 'running',
      parts: [{ type: 'text', text: 'So far' }],
    })
    await finishRun(db(), request.answerId, { ...finished, parts: [{ type: 'text', text: 'All' }], seq: 4 })
    await finishRun(db(), request.answerId, { ...finished, status: 'failed', error: { code: 'unknown' } })
    await saveProgress(db(), request.answerId, [], 9)
    expect((await findAnswer(db(), owner, request.answerId))?.answer).toMatchObject({
      status: 'complete',
      model: 'm',
      error: null,
      parts: [{ type: 'text', text: 'All' }],
    })
  })

  it('that lost their process become interrupted; those that live do not', async () => {
    const owner = crypto.randomUUID()
    const lost = ask()
    const alive = ask()
    await storeTurn(db(), owner, lost, Date.now() - 60_000)
    await storeTurn(db(), owner, alive, Date.now())
    expect(await interruptLostRuns(db(), { all: false })).toBeGreaterThanOrEqual(1)
    expect((await findAnswer(db(), owner, lost.answerId))?.answer.status).toBe('interrupted')
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
