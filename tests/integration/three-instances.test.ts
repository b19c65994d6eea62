import { Agent, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { textOfParts } from '#lib/chat/parts.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer, on } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx } from '#tests/support/nginx.ts'
import { findRedis } from '#tests/support/redis.ts'
import type { Site } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'
import { type Programs, startThreeSites, type ThreeSites } from '#tests/support/three-sites.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'
import { headOf, readToEnd } from './gateway/clients.ts'
import { TOKEN } from './gateway/hosts.ts'
import { countStatuses, statusOf } from './statuses.ts'

const STREAMS = 100
/** So many of them are answers of the chat. */
const ANSWERS = 12
/** Each program's own: what one of them asks for, none of the others has to wait for. */
const PROGRAMS = ['a', 'b', 'c', 'd'].map((name) => `${TOKEN}-${name}`)
const BURST = 200
/** Beside the burst, and what a slow run earns: one in an hour. */
const LET_IN = BURST + 1

const [redisProgram, nginxProgram] = [await findRedis(), await findNginx()]
withPostgres('three instances on one PostgreSQL', (databaseUrl) =>
  describeWith(redisProgram, 'and one Redis', (redis) =>
    describeWith(nginxProgram, 'behind nginx', (nginx) => holdTogether(databaseUrl, { redis, nginx })),
  ),
)

function holdTogether(databaseUrl: () => string, programs: Programs) {
  const agent = new Agent({ maxSockets: STREAMS + 20 })
  let upstream: DemoUpstream
  let trio: ThreeSites
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    trio = await startThreeSites(programs, databaseUrl(), upstream.url, {
      GATEWAY_TOKENS: PROGRAMS.join(','),
      LOG_LEVEL: 'info',
      GUESTS: 'open',
      // A machine under load may answer late; what is counted here is not what an instance does about that.
      REDIS_TIMEOUT: '30s',
      CALLER_RATE: '1/h',
      CALLER_BURST: String(BURST),
    })
  })
  afterAll(async () => {
    agent.destroy()
    await trio.stop()
    await upstream.close()
  })

  /** One person, at nginx and at each instance: whoever signed the cookie, all read it. */
  let anywhere: SiteClient
  let at: [SiteClient, SiteClient, SiteClient]
  beforeEach(() => {
    upstream.reset()
    const cookies = new Map<string, string>()
    const [one, two, three] = trio.sites.map(({ url }) => createSiteClient(url, cookies))
    if (!one || !two || !three) throw new Error('there are not three instances')
    at = [one, two, three]
    anywhere = createSiteClient(trio.front.url, cookies)
  })

  /** An answer that has begun at one instance, with the events of whoever asked. */
  async function begin(first: string, here = at[0]) {
    const live = createLiveAnswer()
    upstream.script(live.step)
    const question = newQuestion()
    const events = here.send(question)
    await events.next()
    live.say(first)
    await events.next()
    return { live, question, events }
  }

  it('let an answer be read at any, from its first word to its end', async () => {
    const { live, question, events } = await begin('Written here, ')
    const reading = [at[1], at[2], anywhere].map((client) => client.attach(question.answerId))
    for (const reader of reading) {
      const { value } = await reader.next()
      expect(value).toMatchObject({ type: 'start', message: { status: 'running' } })
    }
    live.say('read there.')
    live.finish()
    for (const reader of [events, ...reading]) {
      expect((await readRun(reader)).end).toMatchObject({ status: 'complete', model: 'tain-demo' })
    }
    for (const client of at) {
      const { text } = await readRun(client.attach(question.answerId))
      expect(text).toBe('Written here, read there.')
    }
  })

  it('tell each other of every word, and go by the database while Redis is away', async () => {
    const { live, question } = await begin('One')
    const reading = at[1].attach(question.answerId)
    let text = ''
    const until = async (wanted: string) => {
      while (!text.endsWith(wanted)) {
        const { value } = await reading.next()
        if (value?.type === 'start') text = textOfParts(value.message.parts)
        else if (value?.type === 'delta') text += value.text
        else throw new Error('it ended early')
      }
    }
    for (const word of [' two', ' three', ' four']) {
      live.say(word)
      await until(word)
    }
    await trio.redis.kill()
    live.say(' five')
    await until(' five')
    await trio.redis.start()
    live.say(' six')
    await until(' six')
    expect(text).toBe('One two three four five six')
    live.finish()
    expect((await readRun(reading)).end).toMatchObject({ status: 'complete' })
  })

  it('let an answer be stopped at any, and keep what was written', async () => {
    for (const [index, there] of [at[1], at[2], anywhere].entries()) {
      const { question, events } = await begin(`Kept ${index}`)
      expect((await there.post(`/api/messages/${question.answerId}/stop`)).status).toBe(204)
      expect(await (await upstream.nextRequest()).closed).toBe('aborted')
      const [, stored] = (await there.conversation(question.conversationId)).messages
      expect(stored).toMatchObject({ status: 'stopped', parts: [{ text: `Kept ${index}` }] })
      expect((await readRun(events)).end).toMatchObject({ status: 'stopped' })
    }
  })

  it(`cut none of ${STREAMS} streams off and refuse nobody, whichever of them is restarted`, async () => {
    await readRun(anywhere.send(newQuestion())) // Who asks first gets the cookie that all the others show.
    for (const [index, site] of trio.sites.entries()) {
      const ask = (path: string, body?: string) => open(PROGRAMS[index] ?? '', path, body)
      const { streams, answers, finish } = await openStreams(ask)
      const exit = site.kill('SIGTERM')
      await expect.poll(site.output).toContain('Stopping')
      const latecomers = answers.map(({ answerId }) => readRun(anywhere.attach(answerId)))
      for (let i = 0; i < 40; i++) await expectServed(ask, i % 2 ? '/v1/models' : '/healthz')
      finish()
      const whole = await Promise.all(streams.map((response) => readToEnd(response)))
      expect(whole.filter(({ broken }) => broken)).toEqual([])
      expect(new Set(whole.map(({ body }) => String(body)))).toEqual(new Set([EVENTS.join('')]))
      for (const reader of [...answers.map(({ events }) => readRun(events)), ...latecomers]) {
        expect((await reader).end).toMatchObject({ status: 'complete' })
      }
      for (const { conversationId } of answers) {
        const [, stored] = (await anywhere.conversation(conversationId)).messages
        expect(stored).toMatchObject({ status: 'complete', parts: [{ text: 'first last' }] })
      }
      expect(await exit).toEqual({ code: 0, signal: null })
      await untilAsked(await trio.restart(index), ask)
    }
  }, 180_000)

  it('go on with what one left when it was killed, whether anybody reads that or not', async () => {
    const read = await begin('Before the end of the instance')
    const unread = await begin('Nobody looks')
    const { conversationId, answerId } = read.question
    const stored = async (id: string) => (await at[1].conversation(id)).messages[1]
    for (const { question } of [read, unread]) {
      await expect
        .poll(async () => (await stored(question.conversationId))?.parts, { timeout: 30_000 })
        .toEqual([{ type: 'text', text: expect.any(String) }])
    }
    const reading = readRun(at[1].attach(answerId))
    await trio.sites[0]?.kill('SIGKILL')
    for (const { events } of [read, unread]) await expect(readRun(events)).rejects.toThrow()
    // How soon: tests/unit/server/sweep-runs.test.ts, by a clock that a busy machine does not move.
    expect((await reading).end).toMatchObject({ status: 'interrupted' })
    for (const { question } of [read, unread]) {
      await expect
        .poll(async () => (await stored(question.conversationId))?.status, { timeout: 30_000 })
        .toBe('interrupted')
    }

    upstream.script(answer.text(', and after it.'))
    const go = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
    expect(await readRun(at[2].send(go))).toMatchObject({
      text: 'Before the end of the instance, and after it.',
      end: { status: 'complete' },
    })
    await trio.restart(0)
  }, 120_000)

  it('let through together what one would; without Redis, each its share and not one more', async () => {
    upstream.script({ ...answer.json({ data: [] }), times: Number.POSITIVE_INFINITY })
    const bearer = { authorization: `Bearer ${PROGRAMS.at(-1)}` }
    const ask = BURST + 50
    const everywhere = { baseUrl: `${trio.front.url}/v1` }
    expect(await countStatuses(ask, () => statusOf(everywhere, bearer))).toEqual({
      200: LET_IN,
      429: ask - LET_IN,
    })
    await trio.redis.kill()
    const each = LET_IN / trio.sites.length
    for (const site of trio.sites) {
      expect(await countStatuses(100, () => statusOf(site, bearer))).toEqual({ 200: each, 429: 100 - each })
    }
  })

  const open = async (token: string, path: string, body?: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const req = request(trio.front.url + path, { method: body ? 'POST' : 'GET', headers, agent })
    req.end(body)
    return headOf(req)
  }
  type Ask = (path: string, body?: string) => ReturnType<typeof open>

  /** Streams of programs and answers of the chat of which everybody has the first event, and what sends the rest. */
  async function openStreams(ask: Ask) {
    const last = Promise.withResolvers<void>()
    const held = (first: string, ...rest: string[]) => ({
      async *[Symbol.asyncIterator]() {
        yield first
        await last.promise
        yield* rest
      },
    })
    upstream.reset()
    upstream.script(
      on({ path: '/v1/completions' }, { ...answer.sse(held(...EVENTS)), times: STREAMS - ANSWERS }),
      on(
        { path: /\/(responses|chat\/completions)$/ },
        { ...answer.text(held('first', ' last')), times: ANSWERS },
      ),
    )
    const answers = await Promise.all(
      Array.from({ length: ANSWERS }, async () => {
        const question = newQuestion()
        const events = anywhere.send(question)
        for (let text = ''; text === ''; ) {
          const { value } = await events.next()
          if (value?.type === 'start') text = textOfParts(value.message.parts)
          else if (value?.type === 'delta') text = value.text
          else throw new Error('the answer ended early')
        }
        return { ...question, events }
      }),
    )
    const streams = await Promise.all(
      Array.from({ length: STREAMS - ANSWERS }, () => ask('/v1/completions', '{}')),
    )
    return { streams, answers, finish: () => last.resolve() }
  }

  /** nginx leaves alone for a while what did not pick up; the next one is stopped when it is asked again. */
  async function untilAsked(site: Site, ask: Ask) {
    await expect
      .poll(
        async () => {
          await expectServed(ask, '/v1/models')
          return site.output()
        },
        { timeout: 30_000, interval: 250 },
      )
      .toContain('/v1/models')
  }

  async function expectServed(ask: Ask, path: string) {
    const response = await ask(path)
    response.resume()
    expect(response.statusCode).toBe(200)
  }
}

const EVENTS = ['data: first\n\n', 'data: last\n\n', 'data: [DONE]\n\n'] as const
