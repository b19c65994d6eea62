import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNextSite, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const environment = () => upstreamSettings(upstream, 'canary-upstream-key')

describe.each([
  ['the Node host', startNodeSite],
  ['next start', startNextSite],
] as const)('the chat over HTTP on %s', (_name, startSite) => {
  let site: Site
  let person: SiteClient
  beforeAll(async () => {
    site = await startSite({ env: environment() })
  })
  afterAll(() => site.stop())
  beforeEach(() => {
    person = createSiteClient(site.url)
  })

  it('answers, keeps, and lists; the key goes upstream and nowhere else', async () => {
    upstream.script(answer.text('Silver and glass.'))
    const question = newQuestion()
    const { text, end } = await readRun(person.send(question))
    expect(text).toBe('Silver and glass.')
    expect(end).toMatchObject({ status: 'complete', model: 'tain-demo' })
    const kept = await person.conversation(question.conversationId)
    expect(kept.messages.map((message) => message.id)).toEqual([question.questionId, question.answerId])
    expect(await person.conversations()).toMatchObject([
      { id: question.conversationId, title: question.text },
    ])
    const received = await upstream.nextRequest()
    expect(received.headers.authorization).toBe('Bearer canary-upstream-key')
    expect(received.headers.cookie).toBeUndefined()
    expect(JSON.stringify(kept) + site.output()).not.toContain('canary')
  })

  it('streams while upstream writes, and stops upstream on request', async () => {
    const live = createLiveAnswer()
    upstream.script(live.step)
    const question = newQuestion()
    const events = person.send(question)
    expect((await events.next()).value).toMatchObject({ type: 'start' })
    live.say('Seen before the end')
    expect((await events.next()).value).toMatchObject({ type: 'delta', text: 'Seen before the end' })
    const stopped = await person.post(`/api/messages/${question.answerId}/stop`)
    expect(stopped.status).toBe(204)
    expect(await (await upstream.nextRequest()).closed).toBe('aborted')
    expect((await readRun(events)).end).toMatchObject({ status: 'stopped' })
    expect((await person.conversation(question.conversationId)).messages[1]).toMatchObject({
      status: 'stopped',
      parts: [{ type: 'text', text: 'Seen before the end' }],
    })
  })

  it('lets a run go on when the page is gone, and another device attach to it', async () => {
    const live = createLiveAnswer()
    upstream.script(live.step)
    const question = newQuestion()
    const events = person.send(question)
    await events.next()
    live.say('One, ')
    await events.next()
    await events.return(undefined)
    const attached = person.attach(question.answerId)
    await attached.next()
    live.say('two.')
    live.finish()
    expect((await readRun(attached)).end).toMatchObject({ status: 'complete' })
    const [, stored] = (await person.conversation(question.conversationId)).messages
    expect(stored?.parts).toEqual([{ type: 'text', text: 'One, two.' }])
  })

  it('gives what came behind a sequence number, and the receipt and raw response to their owner only', async () => {
    upstream.script(answer.text('Silver and glass.'))
    const question = newQuestion()
    await readRun(person.send(question))
    const path = `/api/messages/${question.answerId}`
    const events = async (init: RequestInit, query = '') =>
      (await (await person.fetch(`${path}/events${query}`, init)).text()).match(/"(text|type)":"[^"]*"/g)
    const rest = ['"type":"delta"', '"text":"glass."', '"type":"end"']
    expect(await events({}, '?after=11')).toEqual(rest)
    expect(await events({ headers: { 'last-event-id': '11' } })).toEqual(rest)
    expect((await events({}, '?after=nonsense'))?.[0]).toBe('"type":"start"')

    const { receipts } = await (await person.fetch(`${path}/receipts`)).json()
    expect(receipts).toMatchObject([{ modelAsked: 'tain-demo', attempts: 1, httpStatus: 200 }])
    const raw = await person.fetch(`${path}/raw`)
    expect(raw.headers.get('content-disposition')).toMatch(/^attachment/)
    const digest = createHash('sha256').update(await raw.bytes())
    expect(digest.digest('hex')).toBe(receipts[0].rawSha256)

    const stranger = createSiteClient(site.url)
    await readRun(stranger.send(newQuestion()))
    for (const what of ['receipts', 'raw', 'events']) {
      expect((await stranger.fetch(`${path}/${what}`)).status).toBe(404)
    }
  })

  it("answers 404 for other people's conversations, answers and branches", async () => {
    const question = newQuestion()
    await readRun(person.send(question))
    const stranger = createSiteClient(site.url)
    await readRun(stranger.send(newQuestion()))
    const { conversationId, answerId, questionId } = question
    const patch = (who: SiteClient) =>
      who.fetch(`/api/conversations/${conversationId}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ activeLeafId: questionId }),
      })
    const statuses = [
      (await stranger.fetch(`/api/conversations/${conversationId}`)).status,
      (await stranger.fetch(`/api/messages/${answerId}/events`)).status,
      (await stranger.post(`/api/messages/${answerId}/stop`)).status,
      (await stranger.post('/api/chat', { ...newQuestion(), conversationId, parentId: answerId })).status,
      (await patch(stranger)).status,
    ]
    expect(statuses).toEqual([404, 404, 404, 404, 404])
    expect((await patch(person)).status).toBe(204)
  })

  const malformed: [string, number, RequestInit][] = [
    ['no JSON', 400, { body: '{"kind":' }],
    ['another type', 415, { body: 'hi', headers: { 'content-type': 'text/plain' } }],
    ['a missing field', 400, { body: '{"kind":"ask"}' }],
    ['an unknown field', 400, { body: JSON.stringify({ ...newQuestion(), owner: 'me' }) }],
    ['an empty question', 400, { body: JSON.stringify(newQuestion({ text: ' \n ' })) }],
    ['an id that is none', 400, { body: JSON.stringify(newQuestion({ questionId: 'q' })) }],
    ['a parent from nowhere', 409, { body: JSON.stringify(newQuestion({ parentId: crypto.randomUUID() })) }],
    ['too much', 413, { body: JSON.stringify(newQuestion({ text: 'x'.repeat(1_000_001) })) }],
    ['a foreign origin', 403, { body: '{}', headers: { origin: 'https://evil.example' } }],
    ['a null origin', 403, { body: '{}', headers: { origin: 'null' } }],
  ]
  it.each(malformed)('refuses %s with %d and a sentence, and stores nothing', async (_what, status, init) => {
    const headers = { 'content-type': 'application/json', ...init.headers }
    const response = await person.fetch('/api/chat', { method: 'POST', ...init, headers })
    expect(response.status).toBe(status)
    const { error } = await response.json()
    expect(error).toMatchObject({
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.stringMatching(/\.$/),
    })
    expect(await person.conversations()).toEqual([])
    expect(upstream.received).toEqual([])
  })

  it('tells health and readiness', async () => {
    expect((await fetch(`${site.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${site.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', database: 'open', upstream: 'configured' },
    ])
  })
})

describe('an upstream that is away', () => {
  let site: Site
  beforeAll(async () => {
    const gone = await createDemoUpstream()
    await gone.close()
    site = await startNodeSite({ env: { ...environment(), OPENAI_BASE_URL: gone.url } })
  })
  afterAll(() => site.stop())

  it('fails the answer with a reason, and keeps the question', async () => {
    const person = createSiteClient(site.url)
    const question = newQuestion()
    const { end } = await readRun(person.send(question))
    expect(end).toMatchObject({ status: 'failed', error: { code: 'upstream_down' } })
    const [kept] = (await person.conversation(question.conversationId)).messages
    expect(kept?.parts).toEqual([{ type: 'text', text: question.text }])
  })
})

describe('a site that ends', () => {
  const secrets = { AUTH_SECRET: 'x'.repeat(40), GATEWAY_TOKENS: `tain-${'y'.repeat(40)}` }
  const sites: Site[] = []
  const start = async (dataDir?: string) => {
    const site = await startNodeSite({ env: { ...environment(), ...secrets, DRAIN_TIMEOUT: '20s' }, dataDir })
    sites.push(site)
    return site
  }
  afterEach(async () => {
    await Promise.all(sites.splice(0).map((site) => site.stop()))
  })

  it('with kill -9 in the middle has the question and what was kept, marked as interrupted', async () => {
    const site = await start()
    const cookies = new Map<string, string>()
    const person = createSiteClient(site.url, cookies)
    const live = createLiveAnswer()
    upstream.script(live.step)
    const question = newQuestion()
    const events = person.send(question)
    await events.next()
    live.say('Written before the crash')
    await events.next()
    // The run writes every two seconds; the crash comes when this text is in the log.
    await expect
      .poll(async () => await readFile(`${site.dataDir}/tain.db-wal`, 'latin1'), {
        timeout: 10_000,
      })
      .toContain('Written before the crash')
    await site.kill('SIGKILL')
    const restarted = await start(site.dataDir)
    expect(restarted.output()).toMatch(/1 answer/)
    const after = await createSiteClient(restarted.url, cookies).conversation(question.conversationId)
    expect(after.messages).toMatchObject([
      { id: question.questionId, status: 'complete' },
      { id: question.answerId, status: 'interrupted', parts: [{ text: 'Written before the crash' }] },
    ])
  })

  it('with SIGTERM lets a running answer finish and ends with code 0', async () => {
    const site = await start()
    const person = createSiteClient(site.url)
    const live = createLiveAnswer()
    upstream.script(live.step)
    const events = person.send(newQuestion())
    await events.next()
    const ended = site.kill('SIGTERM')
    await expect.poll(() => site.output()).toMatch(/Stopping/)
    live.say('To the last word.')
    live.finish()
    expect(await readRun(events)).toMatchObject({ text: 'To the last word.', end: { status: 'complete' } })
    expect(await ended).toEqual({ code: 0, signal: null })
  })
})
