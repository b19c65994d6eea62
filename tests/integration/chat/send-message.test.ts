import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunErrorCode, SendRequest } from '#lib/chat/contract.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import { listReceipts, loadRaw } from '#lib/chat/receipts.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { findAnswer } from '#lib/chat/runs/run-store.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import { sendMessage } from '#lib/chat/send-message.ts'
import { titleByModel } from '#lib/chat/title-by-model.ts'
import type { Database } from '#lib/db/schema.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer, fault, type ScriptStep } from '#server/demo-upstream/script-steps.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { newQuestion, readRun, runEvents } from '#tests/support/site-client.ts'
import { gatewayAt, turnDependencies } from '#tests/support/turns.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const gateway = (api: 'responses' | 'chat') => gatewayAt(upstream, { api })

const ask = (text = 'Hello') => newQuestion({ text })

const OWNER = 'an-owner'
const store = memoryStore()

async function send(db: Database, api: 'responses' | 'chat', request: SendRequest = ask()) {
  await sendMessage(turnDependencies(db, store, gateway(api)), OWNER, request)
  return request
}

const answerOf = async (db: Database, request: SendRequest) =>
  (await findAnswer(db, OWNER, request.answerId))?.answer

async function finish(db: Database, request: SendRequest) {
  await findLiveRun(request.answerId)?.finished
  return await answerOf(db, request)
}

const eventsOf = (stream: ReadableStream<Uint8Array> | null) => runEvents(new Response(stream))

onEveryDatabase('a turn', (db) => {
  describe.each(['responses', 'chat'] as const)('in the %s API', (api) => {
    it('asks with the whole branch and keeps the answer with the model that gave it', async () => {
      upstream.script(answer.text('First.'), answer.text('Second.'))
      const first = await send(db(), api, ask('One?'))
      expect(await finish(db(), first)).toMatchObject({
        status: 'complete',
        model: 'tain-demo',
        parts: [{ type: 'text', text: 'First.' }],
      })
      await upstream.nextRequest()
      const second = { ...ask('Two?'), conversationId: first.conversationId, parentId: first.answerId }
      await send(db(), api, second)
      await finish(db(), second)
      const request = await upstream.nextRequest()
      const body = JSON.stringify(JSON.parse((await request.body).toString()))
      expect(body.indexOf('One?')).toBeGreaterThan(-1)
      expect(body.indexOf('First.')).toBeGreaterThan(body.indexOf('One?'))
      expect(body.indexOf('Two?')).toBeGreaterThan(body.indexOf('First.'))
      expect(request.headers.authorization).toBe('Bearer a-token')
      if (api === 'responses') expect(JSON.parse(body).store).toBe(false)
    })

    it('tells of its end only when that is stored, however long the database is away', async () => {
      const live = createLiveAnswer()
      upstream.script(live.step)
      const request = ask()
      const refused = Promise.withResolvers<unknown>()
      const onStoreError = (error: unknown) => refused.resolve(error)
      await sendMessage({ db: db(), gateway: gateway(api), onStoreError, store }, OWNER, request)
      const told: string[] = []
      // Attached before the table goes: a reader who comes later is another matter.
      const attached = await attachRun(db(), OWNER, request.answerId)
      const reading = (async () => {
        for await (const event of eventsOf(attached)) told.push(event.type)
      })()
      live.say('Not to be lost')
      await sql`alter table run rename to run_away`.execute(db())
      live.finish()
      await refused.promise
      expect(told).not.toContain('end')
      await sql`alter table run_away rename to run`.execute(db())
      expect(await finish(db(), request)).toMatchObject({
        status: 'complete',
        parts: [{ type: 'text', text: 'Not to be lost' }],
      })
      await reading
      expect(told.at(-1)).toBe('end')
    })

    it('leaves out the oldest where upstream finds it too long, and says from where on it was sent', async () => {
      const tooLong = { message: 'Too long.', type: 'invalid_request_error', code: 'context_length_exceeded' }
      upstream.script(
        answer.text('First.'),
        answer.json({ error: tooLong }, { status: 400 }),
        answer.text('Second.'),
      )
      const first = await send(db(), api, ask('One?'))
      await finish(db(), first)
      const second = { ...ask('Two?'), conversationId: first.conversationId, parentId: first.answerId }
      await send(db(), api, second)
      const contextFrom = second.questionId
      expect(await finish(db(), second)).toMatchObject({
        parts: [{ type: 'text', text: 'Second.' }],
        contextFrom,
      })
      const events = []
      for await (const event of eventsOf(await attachRun(db(), OWNER, second.answerId))) events.push(event)
      expect(events.at(-1)).toMatchObject({ type: 'end', contextFrom })
      const bodies = []
      for (let i = 0; i < 3; i++) bodies.push((await (await upstream.nextRequest()).body).toString())
      expect(bodies[1]).toContain('One?')
      expect(bodies[2]).toContain('Two?')
      expect(bodies[2]).not.toContain('One?')
      // What is kept is the response that the answer came from.
      const receipt = (await listReceipts(db(), OWNER, second.answerId))?.[0]
      const raw = await loadRaw(db(), OWNER, second.answerId, receipt?.runId ?? '')
      const bytes = raw?.bytes ?? Buffer.alloc(0)
      expect(bytes.length).toBeGreaterThan(0)
      expect(bytes.toString()).not.toContain('context_length_exceeded')
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(receipt?.rawSha256)
    })

    it('fails where the last question alone is too long', async () => {
      const tooLong = { message: 'Too long.', type: 'invalid_request_error', code: 'context_length_exceeded' }
      upstream.script(answer.json({ error: tooLong }, { status: 400 }))
      const request = await send(db(), api, ask('One?'))
      expect(await finish(db(), request)).toMatchObject({ status: 'failed', error: { code: 'too_long' } })
    })

    it('asks as the conversation is set, and one answer of another model', async () => {
      const settings = { model: 'tain-demo-fast', instructions: 'Rhyme.', temperature: 0.5 }
      const first = await send(db(), api, { ...ask('One?'), settings })
      await finish(db(), first)
      const body = async () => JSON.parse((await (await upstream.nextRequest()).body).toString())
      const asked = await body()
      expect(asked).toMatchObject({ model: 'tain-demo-fast', temperature: 0.5 })
      expect(JSON.stringify(asked)).toContain('Rhyme.')
      expect(await finish(db(), first)).toMatchObject({ model: 'tain-demo-fast' })

      const { conversationId, questionId } = first as ReturnType<typeof ask> // what `ask` made
      const live = createLiveAnswer()
      upstream.script(live.step)
      const other: SendRequest = {
        kind: 'regenerate',
        conversationId,
        questionId,
        answerId: crypto.randomUUID(),
        model: 'tain-demo',
      }
      live.say('Half')
      await send(db(), api, other)
      // In the Responses API models that think take no temperature.
      const set = { model: 'tain-demo', ...(api === 'chat' && { temperature: 0.5 }) }
      expect(await body()).toMatchObject(set)
      live.break()
      expect(await finish(db(), other)).toMatchObject({ status: 'interrupted' })
      const rest: SendRequest = {
        kind: 'continue',
        conversationId,
        answerId: other.answerId,
        runId: crypto.randomUUID(),
      }
      await send(db(), api, rest)
      expect(await body()).toMatchObject(set)
      await finish(db(), rest)
    })

    it('calls upstream once however often it is sent', async () => {
      const request = ask()
      await Promise.all([send(db(), api, request), send(db(), api, request), send(db(), api, request)])
      await finish(db(), request)
      expect(upstream.received).toHaveLength(1)
    })

    it('goes on without readers, lets any number attach, and misses or doubles nothing', async () => {
      const live = createLiveAnswer()
      upstream.script(live.step)
      const request = await send(db(), api)
      live.say('One, ')
      const first = eventsOf(await attachRun(db(), OWNER, request.answerId))
      expect((await first.next()).value).toMatchObject({ type: 'start', message: { id: request.answerId } })
      await first.return(undefined) // The page is closed; the run is not.
      live.say('two, ')
      const second = eventsOf(await attachRun(db(), OWNER, request.answerId))
      live.say('three.')
      live.finish()
      let text = ''
      for await (const event of second) {
        if (event.type === 'start') text = textOfParts(event.message.parts)
        if (event.type === 'delta') text += event.text
        if (event.type === 'end') expect(event.status).toBe('complete')
      }
      expect(text).toBe('One, two, three.')
      expect((await answerOf(db(), request))?.parts).toMatchObject([
        { type: 'text', text: 'One, two, three.' },
      ])
    })

    it('stops on request, tells upstream, and keeps what was written', async () => {
      const live = createLiveAnswer()
      upstream.script(live.step)
      const request = await send(db(), api)
      const events = eventsOf(await attachRun(db(), OWNER, request.answerId))
      live.say('Kept')
      for await (const event of events) if (event.type === 'delta') break
      findLiveRun(request.answerId)?.stop('stopped')
      expect(await finish(db(), request)).toMatchObject({
        status: 'stopped',
        parts: [{ type: 'text', text: 'Kept' }],
      })
      const received = await upstream.nextRequest()
      expect(await received.closed).toBe('aborted')
    })

    it('broken off in the middle is interrupted, never a clean end', async () => {
      for (const how of [fault.resetMidStream, fault.closeMidStream]) {
        upstream.script({ ...answer.text(['Half ', 'of ', 'it ', 'and more']), ...how({ afterChunks: 6 }) })
        const request = await send(db(), api)
        const stored = await finish(db(), request)
        expect(stored).toMatchObject({ status: 'interrupted', error: { code: 'upstream_down' } })
        expect(textOfParts(stored?.parts ?? [])).toMatch(/^Half/)
      }
    })

    it('goes on from where an answer broke off, in the same message', async () => {
      upstream.script(
        { ...answer.text(['Silver ', 'and ', 'more']), ...fault.resetMidStream({ afterChunks: 5 }) },
        answer.text('AND GLASS.'),
      )
      const request = await send(db(), api, ask('What is it?'))
      const broken = await finish(db(), request)
      const partial = textOfParts(broken?.parts ?? [])
      expect(broken?.status).toBe('interrupted')
      await upstream.nextRequest()
      const { conversationId, answerId } = request
      const go = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
      await Promise.all([send(db(), api, go), send(db(), api, go)])
      expect(await finish(db(), go)).toMatchObject({
        id: answerId,
        status: 'complete',
        error: null,
        parts: [{ type: 'text', text: `${partial}AND GLASS.` }],
      })
      await send(db(), api, go)
      expect(upstream.received).toHaveLength(2)
      const received = JSON.parse((await (await upstream.nextRequest()).body).toString())
      const asked: { role: string; content: unknown }[] = received.input ?? received.messages
      expect(asked.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
      expect(JSON.stringify(asked[1]?.content)).toContain(partial.trim())
      expect(JSON.stringify(asked[2]?.content)).toContain('Continue')
    })

    it('keeps what there was when going on fails', async () => {
      const live = createLiveAnswer()
      upstream.script(live.step, fault.serverError(503))
      const request = await send(db(), api)
      const events = eventsOf(await attachRun(db(), OWNER, request.answerId))
      live.say('Kept')
      for await (const event of events) if (event.type === 'delta') break
      findLiveRun(request.answerId)?.stop('stopped')
      await finish(db(), request)
      const { conversationId, answerId } = request
      const go = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
      await send(db(), api, go)
      expect(await finish(db(), go)).toMatchObject({
        status: 'interrupted',
        error: { code: 'upstream_down' },
        parts: [{ type: 'text', text: 'Kept' }],
      })
    })

    it('leaves a receipt with the raw response byte for byte, for the owner only', async () => {
      const live = createLiveAnswer()
      upstream.script(live.step)
      const request = await send(db(), api)
      live.say('Silber, 银, 🪞. ')
      live.say('Done.')
      live.finish()
      expect((await finish(db(), request))?.status).toBe('complete')
      const [receipt, ...others] = (await listReceipts(db(), OWNER, request.answerId)) ?? []
      expect(others).toEqual([])
      const count = expect.any(Number)
      expect(receipt).toMatchObject({
        number: 0,
        modelAsked: 'tain-demo',
        modelAnswered: 'tain-demo',
        requestId: expect.stringMatching(/\S/),
        httpStatus: 200,
        firstTokenMs: count,
        durationMs: count,
        tokens: { input: count, output: count },
        isRawKept: true,
      })
      const raw = await loadRaw(db(), OWNER, request.answerId)
      expect(
        createHash('sha256')
          .update(raw?.bytes ?? '')
          .digest('hex'),
      ).toBe(receipt?.rawSha256)
      expect(raw?.bytes.length).toBe(receipt?.rawBytes)
      expect(raw?.bytes.toString()).toMatch(/^(event|data): [\s\S]*银[\s\S]*\n\n$/)
      expect(await listReceipts(db(), 'a-stranger', request.answerId)).toBeNull()
      expect(await loadRaw(db(), 'a-stranger', request.answerId)).toBeNull()
    })

    it('leaves a receipt of what broke off, and one more for going on', async () => {
      upstream.script({ ...answer.text(['Half ', 'of ', 'it']), ...fault.closeMidStream({ afterChunks: 5 }) })
      const request = await send(db(), api)
      await finish(db(), request)
      const { conversationId, answerId } = request
      const go = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
      await send(db(), api, go)
      await finish(db(), go)
      const receipts = await listReceipts(db(), OWNER, answerId)
      expect(receipts?.map(({ number }) => number)).toEqual([0, 1])
      expect(receipts?.[1]).toMatchObject({ runId: go.runId, modelAnswered: 'tain-demo' })
      for (const { runId, rawSha256 } of receipts ?? []) {
        const raw = await loadRaw(db(), OWNER, answerId, runId)
        expect(
          createHash('sha256')
            .update(raw?.bytes ?? '')
            .digest('hex'),
        ).toBe(rawSha256)
      }
    })

    const failures: [string, ScriptStep, RunErrorCode][] = [
      ['a passing rate limit', fault.rateLimited({ retryAfterMs: 1500 }), 'account_rate'],
      ['no money', fault.quota(), 'account_money'],
      ['a dead key', fault.invalidKey(), 'key_refused'],
      ['a bad request', fault.badRequest('No.', 'invalid_value'), 'bad_request'],
      ['too long a context', fault.badRequest('Too long.', 'context_length_exceeded'), 'too_long'],
      ['a refused content', fault.badRequest('No.', 'content_policy_violation'), 'content_refused'],
      ['an overloaded service', fault.serverError(503), 'upstream_down'],
      ['a reset', fault.resetBeforeHeaders(), 'upstream_down'],
    ]
    it.each(failures)('tells %s apart', async (_name, step, code) => {
      upstream.script(step)
      const stored = await finish(db(), await send(db(), api))
      expect(stored).toMatchObject({ status: 'failed', parts: [], error: { code } })
      if (code === 'account_rate') expect(stored?.error?.retryAfterMs).toBe(1500)
    })
  })

  it('asks the first listed model when none is set, and says when there is no such list', async () => {
    const request = ask()
    const unset = { ...gateway('chat'), model: undefined }
    await sendMessage({ db: db(), gateway: unset, onStoreError: () => {}, store }, OWNER, request)
    expect(await finish(db(), request)).toMatchObject({ status: 'complete', model: 'tain-demo' })

    const nowhere = { ...unset, baseUrl: `${upstream.url}/nothing/here` }
    const lost = ask()
    await sendMessage({ db: db(), gateway: nowhere, onStoreError: () => {}, store }, OWNER, lost)
    expect(await finish(db(), lost)).toMatchObject({ status: 'failed', error: { code: 'model_missing' } })
  })

  it('has a small model name a new conversation, and does without where that fails', async () => {
    const request = await send(db(), 'responses', ask('为什么火星的天是蓝的？'))
    await finish(db(), request)
    if (request.kind !== 'ask') throw new Error('it was asked')
    const named = { ...gateway('responses'), titleModel: 'tain-demo-fast' }
    const title = () => titleByModel({ db: db(), gateway: named }, OWNER, request)
    const stored = async () => (await findAnswer(db(), OWNER, request.answerId))?.conversation
    upstream.script(fault.serverError())
    await title()
    expect(await stored()).toMatchObject({ title: '为什么火星的天是蓝的？', titleSource: 'question' })

    const { nextRequest } = upstream
    upstream.reset()
    upstream.script(answer.text('“火星的蓝天。”'))
    const attached = await attachRun(db(), OWNER, request.answerId)
    await title()
    expect(JSON.parse((await (await nextRequest()).body).toString())).toMatchObject({
      model: 'tain-demo-fast',
    })
    expect(await stored()).toMatchObject({ title: '火星的蓝天', titleSource: 'model' })
    // Whoever read the answer meanwhile learns of it at its end.
    const { end } = await readRun(eventsOf(attached))
    expect(end).toMatchObject({ type: 'end', conversation: { title: '火星的蓝天' } })
  })
})
