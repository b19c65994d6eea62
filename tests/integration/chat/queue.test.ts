import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AskRequest } from '#lib/chat/contract.ts'
import { getConversation } from '#lib/chat/conversations.ts'
import { enqueue } from '#lib/chat/enqueue.ts'
import { changeQueued, dueQuestions, removeQueued } from '#lib/chat/question-queue.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import { askIfDue, askQueued, sendMessage } from '#lib/chat/send-message.ts'
import type { Database } from '#lib/db/schema.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { newQuestion, readRun, runEvents } from '#tests/support/site-client.ts'
import { gatewayAt, turnDependencies } from '#tests/support/turns.ts'

const OWNER = 'an-owner'
let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const store = memoryStore()
const depsOf = (db: Database) => turnDependencies(db, store, gatewayAt(upstream))

/** An answer being written, and what can be put behind it. */
async function begin(db: Database) {
  const live = createLiveAnswer()
  upstream.script(live.step)
  const first = newQuestion({ text: 'First?' })
  await sendMessage(depsOf(db), OWNER, first)
  live.say('One')
  for await (const event of runEvents(new Response(await attachRun(db, OWNER, first.answerId)))) {
    if (event.type === 'delta' || (event.type === 'start' && event.message.parts.length > 0)) break
  }
  const behind = (text: string, over: Partial<AskRequest> = {}): AskRequest =>
    newQuestion({ text, conversationId: first.conversationId, parentId: first.answerId, ...over })
  return { live, first, behind }
}

const put = (db: Database, request: AskRequest, hasOwnKey = false) =>
  enqueue(db, OWNER, request, { hasOwnKey }, Date.now())

/** Reads an answer to its end, which tells of the next one. */
const read = async (db: Database, answerId: string) =>
  (await readRun(runEvents(new Response(await attachRun(db, OWNER, answerId))))).end

async function tree(db: Database, { conversationId }: AskRequest) {
  const detail = await getConversation(db, OWNER, conversationId)
  const { messages = [], queue = [] } = detail ?? {}
  return {
    messages,
    queue,
    texts: messages.map(({ parts }) => (parts[0]?.type === 'text' ? parts[0].text : '')),
  }
}

onEveryDatabase('questions that wait', (db) => {
  it('are asked one after the other when the answer before them ends, each below it', async () => {
    const { live, first, behind } = await begin(db())
    const [second, third] = [behind('Second?'), behind('Third?')]
    await put(db(), second)
    await put(db(), third)
    await put(db(), second) // The same request again.
    expect((await tree(db(), first)).queue.map(({ text }) => text)).toEqual(['Second?', 'Third?'])
    upstream.script(answer.text('Two'), answer.text('Three'))
    const reading = read(db(), first.answerId)
    live.finish()
    expect(await reading).toMatchObject({ status: 'complete', nextId: second.answerId })
    await read(db(), second.answerId)
    expect(await read(db(), third.answerId)).toEqual({
      type: 'end',
      status: 'complete',
      error: null,
      model: 'tain-demo',
    })
    const { queue, texts, messages } = await tree(db(), first)
    expect(queue).toEqual([])
    expect(texts).toEqual(['First?', 'One', 'Second?', 'Two', 'Third?', 'Three'])
    expect(messages.map(({ parentId }) => parentId)).toEqual([
      null,
      ...messages.slice(0, -1).map(({ id }) => id),
    ])
    await put(db(), second) // It came twice, late.
    expect((await tree(db(), first)).queue).toEqual([])
  })

  it('go on when a person stops the answer, and wait for one when it breaks off', async () => {
    const { first, behind } = await begin(db())
    const [second, third] = [behind('Second?'), behind('Third?')]
    await put(db(), second)
    await put(db(), third)
    upstream.script(fault.serverError())
    findLiveRun(first.answerId)?.stop('stopped')
    expect(await read(db(), first.answerId)).toMatchObject({ status: 'stopped', nextId: second.answerId })
    expect(await read(db(), second.answerId)).toMatchObject({ status: 'failed' })
    expect((await tree(db(), first)).queue).toMatchObject([
      { id: third.questionId, held: { reason: 'answer' } },
    ])
    expect(await dueQuestions(db(), { conversationId: first.conversationId })).toEqual([])

    // Another answer in place of the failed one is what it waits for then.
    upstream.script(answer.text('Two'), answer.text('Three'))
    const { conversationId, questionId } = second
    const again = { kind: 'regenerate' as const, conversationId, questionId, answerId: crypto.randomUUID() }
    await sendMessage(depsOf(db()), OWNER, again)
    expect(await read(db(), again.answerId)).toMatchObject({ nextId: third.answerId })
    await read(db(), third.answerId)
    expect((await tree(db(), first)).messages.find(({ id }) => id === third.questionId)).toMatchObject({
      parentId: again.answerId,
    })
  })

  it('can be sent by hand, once', async () => {
    const { first, behind } = await begin(db())
    const second = behind('Second?')
    await put(db(), second)
    findLiveRun(first.answerId)?.stop('interrupted')
    await findLiveRun(first.answerId)?.finished
    const now = () => askIfDue(depsOf(db()), second.conversationId, second.questionId, true)
    expect(await Promise.all([now(), now()])).toContainEqual({ queue: [], isAsked: true })
    await sendMessage(depsOf(db()), OWNER, second)
    await read(db(), second.answerId)
    expect(await tree(db(), first)).toMatchObject({
      queue: [],
      texts: ['First?', 'One', 'Second?', expect.any(String)],
    })
  })

  it('can be changed and taken back by their owner, and are not asked while they are being edited', async () => {
    const { live, first, behind } = await begin(db())
    const [second, third] = [behind('Secnd?'), behind('Third?')]
    await put(db(), second)
    await put(db(), third)
    const { questionId: id, conversationId } = second
    expect(await changeQueued(db(), 'somebody', id, { revision: 0, isHeld: true })).toBeNull()
    expect(await removeQueued(db(), 'somebody', third.questionId)).toBe(false)
    await changeQueued(db(), OWNER, id, { revision: 0, isHeld: true })
    live.finish()
    expect(await read(db(), first.answerId)).not.toHaveProperty('nextId')
    expect((await tree(db(), first)).queue).toMatchObject([{ held: { reason: 'edited' } }, { held: null }])

    await expect(changeQueued(db(), OWNER, id, { revision: 0, isHeld: false })).rejects.toMatchObject({
      status: 409,
    })
    await expect(
      changeQueued(db(), OWNER, id, { revision: 1, isHeld: false, text: ' ' }),
    ).rejects.toMatchObject({
      status: 400,
    })
    expect(await removeQueued(db(), OWNER, third.questionId)).toBe(true)
    await changeQueued(db(), OWNER, id, { revision: 1, isHeld: false, text: 'Second?' })
    expect(await askIfDue(depsOf(db()), conversationId, id)).toEqual({ queue: [], isAsked: true })
    await read(db(), second.answerId)
    expect((await tree(db(), first)).texts).toContain('Second?')
  })

  it('join the branch as it has grown while they were on their way', async () => {
    const { live, first, behind } = await begin(db())
    const slow = createLiveAnswer()
    upstream.script(slow.step)
    const second = behind('Second?')
    await put(db(), second)
    live.finish()
    await read(db(), first.answerId)
    const third = behind('Third?')
    await put(db(), third)
    expect(await askIfDue(depsOf(db()), first.conversationId, third.questionId)).toMatchObject({
      isAsked: false,
    })
    slow.finish()
    await read(db(), second.answerId)
    await read(db(), third.answerId)
    expect((await tree(db(), first)).messages.find(({ id }) => id === third.questionId)?.parentId).toBe(
      second.answerId,
    )
  })

  it('are found when the process that was to ask them is gone, and never sent with the site’s key instead of their own', async () => {
    const { live, first, behind } = await begin(db())
    live.finish()
    await read(db(), first.answerId)
    const [second, third] = [behind('Second?'), behind('Third?')]
    await put(db(), second, true)
    const due = async () =>
      (await dueQuestions(db(), { endedBefore: Date.now() + 1 })).filter(
        ({ conversationId }) => conversationId === first.conversationId,
      )
    expect(await dueQuestions(db(), { endedBefore: Date.now() - 60_000 })).not.toContainEqual(
      expect.objectContaining({ id: second.questionId }),
    )
    for (const one of await due()) await askQueued(depsOf(db()), one)
    expect((await tree(db(), first)).queue).toMatchObject([{ held: { reason: 'key' } }])
    await put(db(), third)
    expect(await due()).toEqual([])
    await removeQueued(db(), OWNER, second.questionId)
    // Two instances look at the same time.
    const found = [...(await due()), ...(await due())]
    await Promise.all(found.map((one) => askQueued(depsOf(db()), one)))
    await read(db(), third.answerId)
    expect((await tree(db(), first)).texts.filter((text) => text === 'Third?')).toHaveLength(1)
  })
})
