import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { textOfParts } from '#lib/chat/parts.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findRedis, startRedis, type TestRedis } from '#tests/support/redis.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

const redisProgram = await findRedis()
withPostgres('two instances on one PostgreSQL', (databaseUrl) =>
  describeWith(redisProgram, 'and one Redis', (program) => {
    let redis: TestRedis
    let upstream: DemoUpstream
    let sites: Site[]
    const start = () =>
      startNodeSite({
        env: {
          DATABASE_URL: databaseUrl(),
          REDIS_URL: redis.url,
          OPENAI_BASE_URL: upstream.url,
          OPENAI_API_KEY: 'an-upstream-key',
          OPENAI_MODEL: 'tain-demo',
          AUTH_SECRET: 'x'.repeat(40),
          GATEWAY_TOKENS: `tain-${'y'.repeat(40)}`,
        },
      })
    beforeAll(async () => {
      upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
      redis = await startRedis(program)
      sites = [await start(), await start()]
    })
    afterAll(async () => {
      await Promise.all(sites.map((site) => site.stop()))
      await upstream.close()
      await redis.stop()
    })

    /** One person at both instances: whoever signed the cookie, both read it. */
    let here: SiteClient
    let there: SiteClient
    beforeEach(() => {
      upstream.reset()
      const cookies = new Map<string, string>()
      const [one, other] = sites.map(({ url }) => createSiteClient(url, cookies))
      if (!one || !other) throw new Error('there are not two instances')
      here = one
      there = other
    })

    /** An answer that has begun at the first instance, with the events of whoever asked. */
    async function begin(first: string) {
      const live = createLiveAnswer()
      upstream.script(live.step)
      const question = newQuestion()
      const events = here.send(question)
      await events.next()
      live.say(first)
      await events.next()
      return { live, question, events }
    }

    it('let an answer be read at either, from its first word to its end', async () => {
      const { live, question } = await begin('Written here, ')
      const reading = there.attach(question.answerId)
      expect((await reading.next()).value).toMatchObject({ type: 'start', message: { status: 'running' } })
      live.say('read there.')
      live.finish()
      expect((await readRun(reading)).end).toMatchObject({ status: 'complete', model: 'tain-demo' })
      expect(await readRun(there.attach(question.answerId))).toMatchObject({
        text: 'Written here, read there.',
        end: { status: 'complete' },
      })
    })

    it('tell each other of every word, and go by the database while Redis is away', async () => {
      const { live, question } = await begin('One')
      const reading = there.attach(question.answerId)
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
      await redis.kill()
      live.say(' five')
      await until(' five')
      await redis.start()
      live.say(' six')
      await until(' six')
      expect(text).toBe('One two three four five six')
      live.finish()
      expect((await readRun(reading)).end).toMatchObject({ status: 'complete' })
    })

    it('let an answer be stopped at either, and keep what was written', async () => {
      const { question, events } = await begin('Kept')
      expect((await there.post(`/api/messages/${question.answerId}/stop`)).status).toBe(204)
      expect(await (await upstream.nextRequest()).closed).toBe('aborted')
      const [, stored] = (await there.conversation(question.conversationId)).messages
      expect(stored).toMatchObject({ status: 'stopped', parts: [{ text: 'Kept' }] })
      expect((await readRun(events)).end).toMatchObject({ status: 'stopped' })
    })

    it('go on with what the other left when it died, which is known within 15 seconds', async () => {
      const { question, events } = await begin('Before the end of the instance')
      const { conversationId, answerId } = question
      const stored = async () => (await there.conversation(conversationId)).messages[1]
      await expect
        .poll(async () => (await stored())?.parts, { timeout: 5_000 })
        .toEqual([{ type: 'text', text: 'Before the end of the instance' }])
      const reading = readRun(there.attach(answerId))
      const diedAt = performance.now()
      await sites[0]?.kill('SIGKILL')
      await expect(readRun(events)).rejects.toThrow()
      expect((await reading).end).toMatchObject({ status: 'interrupted' })
      expect(performance.now() - diedAt).toBeLessThan(15_000)
      expect(await stored()).toMatchObject({ status: 'interrupted' })

      upstream.script(answer.text(', and after it.'))
      const go = { kind: 'continue' as const, conversationId, answerId, runId: crypto.randomUUID() }
      expect(await readRun(there.send(go))).toMatchObject({
        text: 'Before the end of the instance, and after it.',
        end: { status: 'complete' },
      })
    })
  }),
)
