import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '#lib/chat/contract.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, type SiteClient } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

/** How many kills on each database; `KILLS=200` is what `trust.md` check 27 asks for. */
const KILLS = Number(process.env.KILLS ?? 5)
const PEOPLE = 3
/** What an answer may lag behind in the database when its process is killed. */
const STALE_MS = 2_000
/** Between two kills: from the very first moment to the middle of a second answer. */
const LONGEST_LIFE_MS = 5_000

const TEXT = Array.from({ length: 120 }, (_, index) => `word${index} `).join('')
/** Every run writes TEXT from its beginning, so a continued answer is one beginning of it after the other. */
function isOfRuns(text: string): boolean {
  const mayEnd = new Set([0])
  for (let from = 0; from < text.length; from++) {
    if (!mayEnd.has(from)) continue
    for (let at = from; at < text.length && text[at] === TEXT[at - from]; at++) mayEnd.add(at + 1)
  }
  return mayEnd.has(text.length)
}

interface Asked {
  conversationId: string
  questionId: string
  answerId: string
  text: string
  /** What the page showed, and when. */
  seen: { at: number; text: string }[]
  isEnded: boolean
  /** When the site died that was to answer. */
  killedAt?: number | undefined
}

type Waiting = Pick<Asked, 'conversationId' | 'questionId' | 'text'>

/** A person who asks one question after the other, goes on with what broke off, and remembers what the site acknowledged. */
class Person {
  readonly acknowledged: Asked[] = []
  /** Questions that the site has taken into its queue. */
  readonly waiting: Waiting[] = []
  readonly #cookies = new Map<string, string>()

  at(site: Site): SiteClient {
    return createSiteClient(site.url, this.#cookies)
  }

  /** Asks until the site is gone. */
  async askOn(site: Site): Promise<void> {
    const client = this.at(site)
    for (;;) {
      const broken = this.acknowledged.findLast(({ isEnded }) => !isEnded)
      const asked = broken && Math.random() < 0.5 ? this.#goOn(client, broken) : this.#ask(client)
      const isEnded = await asked.catch(() => false)
      if (!isEnded) return
    }
  }

  async #ask(client: SiteClient): Promise<boolean> {
    const question = newQuestion({ text: `What is ${crypto.randomUUID()}?` })
    return await this.#read(client.send(question), { ...question, seen: [], isEnded: false })
  }

  async #goOn(client: SiteClient, broken: Asked): Promise<boolean> {
    const { conversationId, answerId } = broken
    const request = { kind: 'continue', conversationId, answerId, runId: crypto.randomUUID() } as const
    return await this.#read(client.send(request), broken)
  }

  /** What the page shows, up to the end. */
  async #read(events: AsyncIterable<RunEvent>, asked: Asked): Promise<boolean> {
    for await (const event of events) {
      const at = performance.now()
      if (event.type === 'start') {
        // What a run begins with is stored; more that was seen before the kill may not have been.
        asked.seen = [{ at: 0, text: textOfParts(event.message.parts) }]
        asked.killedAt = undefined
        if (!this.acknowledged.includes(asked)) this.acknowledged.push(asked)
      } else if (event.type === 'delta') {
        asked.seen.push({ at, text: (asked.seen.at(-1)?.text ?? '') + event.text })
      } else if (event.type === 'end') asked.isEnded = event.status === 'complete'
    }
    return asked.isEnded
  }

  /** Asks something else while an answer is being written. */
  async queue(site: Site): Promise<void> {
    const running = this.acknowledged.findLast(({ isEnded }) => !isEnded)
    if (!running) return
    const { conversationId, answerId: parentId } = running
    const question = newQuestion({ conversationId, parentId, text: `And ${crypto.randomUUID()}?` })
    const response = await this.at(site)
      .post('/api/queue', question)
      .catch(() => undefined)
    if (response?.ok) this.waiting.push(question)
  }
}

/** All that a person was promised since `from` is there. */
async function checkPromises(person: Person, site: Site, from: number): Promise<void> {
  const client = person.at(site)
  for (const asked of person.acknowledged.filter((each, i) => i >= from || !each.isEnded)) {
    const { messages } = await client.conversation(asked.conversationId)
    const question = messages.find(({ id }) => id === asked.questionId)
    expect(question?.parts).toMatchObject([{ text: asked.text }])
    const stored = messages.find(({ id }) => id === asked.answerId)
    const text = textOfParts(stored?.parts ?? [])
    expect(isOfRuns(text) || text).toBe(true)
    if (asked.isEnded) expect([stored?.status, text]).toEqual(['complete', asked.seen.at(-1)?.text])
    const dueAt = (asked.killedAt ?? Number.POSITIVE_INFINITY) - STALE_MS
    const due = asked.seen.findLast(({ at }) => at <= dueAt)?.text ?? ''
    expect(text.slice(0, due.length)).toBe(due)
  }
  for (const { conversationId, questionId, text } of person.waiting) {
    const { messages, queue } = await client.conversation(conversationId)
    const asked = messages.find(({ id }) => id === questionId)
    const waits = queue.find(({ id }) => id === questionId)
    expect(waits?.text ?? textOfParts(asked?.parts ?? [])).toBe(text)
    expect(messages.filter(({ parentId }) => parentId === questionId)).toHaveLength(asked ? 1 : 0)
  }
}

/** Nothing is left that pretends to be running: what was cut off says so. */
async function checkEnds(person: Person, site: Site): Promise<void> {
  for (const { conversationId } of person.acknowledged) {
    const answers = async () =>
      (await person.at(site).conversation(conversationId)).messages.filter(({ role }) => role === 'assistant')
    const statuses = async () => (await answers()).map(({ status }) => status)
    await vi.waitFor(async () => expect(await statuses()).not.toContain('running'), {
      timeout: 60_000,
      interval: 500,
    })
    for (const { status } of await answers()) expect(['complete', 'interrupted']).toContain(status)
  }
}

function storm(name: string, environment: () => Record<string, string>, checkFiles: (site: Site) => void) {
  describe(name, () => {
    let upstream: DemoUpstream
    const sites: Site[] = []
    const start = async () => {
      const site = await startNodeSite({
        dataDir: sites[0]?.dataDir,
        env: {
          ...upstreamSettings(upstream),
          AUTH_SECRET: 'x'.repeat(40),
          GATEWAY_TOKENS: `tain-${'y'.repeat(40)}`,
          ...environment(),
        },
      })
      sites.push(site)
      return site
    }
    beforeAll(async () => {
      upstream = await createDemoUpstream({ tokensPerSecond: 80, record: false })
      upstream.script({ ...answer.text(TEXT), times: Number.POSITIVE_INFINITY })
    })
    afterAll(async () => {
      await Promise.all(sites.map((site) => site.stop()))
      await upstream.close()
    })

    it(`keeps every acknowledged word over ${KILLS} kills`, {
      timeout: 60_000 + KILLS * 30_000,
    }, async () => {
      const people = Array.from({ length: PEOPLE }, () => new Person())
      let running = await start()
      for (let kill = 0; kill < KILLS; kill++) {
        const before = people.map(({ acknowledged }) => acknowledged.length)
        const asking = people.map((person) => person.askOn(running))
        const lifeMs = Math.random() * LONGEST_LIFE_MS
        const queueing = pause(Math.random() * lifeMs).then(() => people[kill % PEOPLE]?.queue(running))
        await pause(lifeMs)
        const killedAt = performance.now()
        await running.kill('SIGKILL')
        await Promise.all([...asking, queueing])
        running = await start()
        checkFiles(running)
        for (const [index, person] of people.entries()) {
          for (const asked of person.acknowledged) asked.killedAt ??= killedAt
          await checkPromises(person, running, before[index] ?? 0)
        }
      }
      for (const person of people) {
        await checkEnds(person, running)
        await checkPromises(person, running, 0)
      }
      const acknowledged = people.flatMap((person) => person.acknowledged)
      expect(acknowledged.length).toBeGreaterThan(0)
      const waited = people.flatMap(({ waiting }) => waiting).length
      const broken = acknowledged.filter(({ isEnded }) => !isEnded).length
      console.log(
        `${name}: ${KILLS} kills, ${acknowledged.length} questions asked, ${waited} queued, ${broken} answers broken off; every word is there.`,
      )
    })
  })
}

// Both at once: a site that is killed again and again is waited for more than it works.
describe.concurrent('every word', () => {
  storm(
    'a storm of kill -9 on SQLite',
    () => ({}),
    (site) => {
      const file = new DatabaseSync(`${site.dataDir}/tain.db`, { readOnly: true })
      expect(file.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
      file.close()
    },
  )

  withPostgres('with PostgreSQL', (databaseUrl) => {
    storm(
      'a storm of kill -9 on PostgreSQL',
      () => ({ DATABASE_URL: databaseUrl() }),
      () => {},
    )
  })
})
