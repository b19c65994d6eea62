import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOfParts } from '#lib/chat/parts.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, type SiteClient } from '#tests/support/site-client.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'

/** How many kills in all, half of them on each database; `KILLS=200` is what `trust.md` check 27 asks for. */
const KILLS = Number(process.env.KILLS ?? 12)
const PEOPLE = 3
/** What an answer may lag behind in the database when its process is killed. */
const STALE_MS = 2_000
/** Between two kills: from the very first moment to the middle of a second answer. */
const LONGEST_LIFE_MS = 5_000

const TEXT = Array.from({ length: 120 }, (_, index) => `word${index} `).join('')

interface Asked {
  conversationId: string
  questionId: string
  answerId: string
  text: string
  /** What the page showed, and when. */
  seen: { at: number; text: string }[]
  isEnded: boolean
  /** When the site died that was to answer. */
  killedAt?: number
}

/** A person who asks one question after the other, and remembers what the site acknowledged. */
function createPerson() {
  const cookies = new Map<string, string>()
  const acknowledged: Asked[] = []

  async function ask(site: SiteClient): Promise<void> {
    const question = newQuestion({ text: `What is ${crypto.randomUUID()}?` })
    let asked: Asked | undefined
    for await (const event of site.send(question)) {
      const at = performance.now()
      if (event.type === 'start') {
        asked = {
          ...question,
          seen: [{ at, text: textOfParts(event.message.parts) }],
          isEnded: false,
        }
        acknowledged.push(asked)
      } else if (event.type === 'delta') {
        asked?.seen.push({ at, text: (asked.seen.at(-1)?.text ?? '') + event.text })
      } else if (asked && event.type === 'end') asked.isEnded = event.status === 'complete'
    }
  }
  return {
    acknowledged,
    at: (site: Site) => createSiteClient(site.url, cookies),
    /** Asks until the site is gone. */
    async askOn(site: Site): Promise<void> {
      const client = this.at(site)
      for (;;) {
        const before = acknowledged.length
        await ask(client).catch(() => undefined)
        const last = acknowledged.at(-1)
        if (acknowledged.length === before || !last?.isEnded) return
      }
    },
  }
}

type Person = ReturnType<typeof createPerson>

/** All that a person was promised is there. */
async function checkPromises(person: Person, site: Site): Promise<void> {
  for (const asked of person.acknowledged) {
    const [question, stored] = (await person.at(site).conversation(asked.conversationId)).messages
    expect(question).toMatchObject({ id: asked.questionId, parts: [{ text: asked.text }] })
    expect(stored?.id).toBe(asked.answerId)
    const text = textOfParts(stored?.parts ?? [])
    expect(TEXT.startsWith(text)).toBe(true)
    if (asked.isEnded) expect([stored?.status, text]).toEqual(['complete', TEXT])
    const dueAt = (asked.killedAt ?? Number.POSITIVE_INFINITY) - STALE_MS
    const due = asked.seen.findLast(({ at }) => at <= dueAt)?.text ?? ''
    expect(text.length).toBeGreaterThanOrEqual(due.length)
  }
}

/** Nothing is left that pretends to be running: what was cut off says so. */
async function checkEnds(person: Person, site: Site): Promise<void> {
  for (const { conversationId } of person.acknowledged) {
    const status = async () => (await person.at(site).conversation(conversationId)).messages[1]?.status
    await expect.poll(status, { timeout: 15_000, interval: 500 }).not.toBe('running')
    expect(['complete', 'interrupted']).toContain(await status())
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
          OPENAI_BASE_URL: upstream.url,
          OPENAI_API_KEY: 'an-upstream-key',
          OPENAI_MODEL: 'tain-demo',
          AUTH_SECRET: 'x'.repeat(40),
          GATEWAY_TOKENS: `tain-${'y'.repeat(40)}`,
          ...environment(),
        },
      })
      sites.push(site)
      return site
    }
    beforeAll(async () => {
      upstream = await createDemoUpstream({ tokensPerSecond: 40, record: false })
      upstream.script({ ...answer.text(TEXT), times: Number.POSITIVE_INFINITY })
    })
    afterAll(async () => {
      await Promise.all(sites.map((site) => site.stop()))
      await upstream.close()
    })

    it(`keeps every acknowledged word over ${KILLS / 2} kills`, { timeout: KILLS * 15_000 }, async () => {
      const people = Array.from({ length: PEOPLE }, createPerson)
      let running = await start()
      for (let kill = 0; kill < KILLS / 2; kill++) {
        const asking = people.map((person) => person.askOn(running))
        const lifeMs = Math.random() * LONGEST_LIFE_MS
        await new Promise((resolve) => setTimeout(resolve, lifeMs))
        const killedAt = performance.now()
        await running.kill('SIGKILL')
        await Promise.all(asking)
        running = await start()
        checkFiles(running)
        for (const person of people) {
          for (const asked of person.acknowledged) asked.killedAt ??= killedAt
          await checkPromises(person, running)
        }
      }
      for (const person of people) await checkEnds(person, running)
      expect(people.flatMap(({ acknowledged }) => acknowledged).length).toBeGreaterThan(0)
    })
  })
}

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
