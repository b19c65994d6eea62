import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { searchConversations } from '../../lib/chat/search.ts'
import { openDatabase } from '../../lib/db/database.ts'
import type { Database } from '../../lib/db/schema.ts'
import { putSearchText } from '../../lib/db/search-rows.ts'
import { startPostgres } from '../../tests/support/postgres.ts'
import type { Bench } from './bench.ts'
import { percentiles } from './statistics.ts'

const MESSAGES = 100_000
const PER_CONVERSATION = 10
const OWNER = 'owner'
const QUERIES_PER_KIND = 100
const GOAL_MS = 50

export const bench: Bench = {
  name: 'search',
  about: `searching ${MESSAGES.toLocaleString('en')} messages of one person (half Chinese, half English), in milliseconds`,
  async run() {
    const directory = await mkdtemp(path.join(tmpdir(), 'tain-search-'))
    const server = await startPostgres()
    try {
      const lines = await measure('SQLite', { DATA_DIR: directory, DATABASE_URL: undefined })
      if ('missing' in server) return [...lines, `PostgreSQL not measured: ${server.missing}`]
      return [...lines, ...(await measure('PostgreSQL', { DATA_DIR: '', DATABASE_URL: server.url }))]
    } finally {
      if ('stop' in server) await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  },
}

type Settings = Parameters<typeof openDatabase>[0]

async function measure(name: string, settings: Settings): Promise<string[]> {
  const db = await openDatabase(settings)
  try {
    const started = performance.now()
    const texts = await fill(db)
    const seconds = Math.round((performance.now() - started) / 1000)
    const lines = [`${name} (filled in ${seconds} s; goal: P95 below ${GOAL_MS} ms)`]
    for (const { label, queries } of kindsOfQueries(texts)) {
      for (const query of queries.slice(0, 3)) await searchConversations(db, OWNER, query, 20)
      const times: number[] = []
      let found = 0
      for (const query of queries) {
        const start = performance.now()
        found += (await searchConversations(db, OWNER, query, 20)).hits.length
        times.push(performance.now() - start)
      }
      const [p50 = 0, p95 = 0, max = 0] = percentiles(times, [50, 95, 100])
      const [a, b, c] = [p50, p95, max].map((ms) => ms.toFixed(1).padStart(7))
      lines.push(
        `  ${label.padEnd(24)} P50 ${a}  P95 ${b}  max ${c}  ${(found / queries.length).toFixed(1)} found`,
      )
    }
    return lines
  } finally {
    await db.destroy()
  }
}

/** Always the same numbers, so that two runs measure the same. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(7)
/** Words are as unevenly used as in real texts (Zipf): the first often, most of them rarely. */
const zipf = (count: number) => Math.min(count - 1, Math.floor(count ** random()) - 1)
const pick = (from: number, to: number) => from + Math.floor(random() * (to - from))

const SYLLABLES =
  'the re in er an ti on es or te ed is al ar st nd to nt ha en ve con pro com mi sh ch qu ly ing'.split(' ')
const english = Array.from({ length: 20_000 }, () =>
  Array.from({ length: pick(1, 5) }, () => SYLLABLES[pick(0, SYLLABLES.length)]).join(''),
)
const characters = Array.from({ length: 3_500 }, (_, index) => String.fromCodePoint(0x4e00 + index * 5))
const chinese = Array.from({ length: 20_000 }, () =>
  Array.from({ length: pick(1, 4) }, () => characters[zipf(characters.length)]).join(''),
)

function writeText(isChinese: boolean): string {
  const words = isChinese ? chinese : english
  const length = isChinese ? pick(10, 250) : pick(10, 160)
  const text = Array.from({ length }, (_, at) => {
    const word = words[zipf(words.length)] ?? ''
    return isChinese && at % 9 === 8 ? `${word}，` : word
  })
  return text.join(isChinese ? '' : ' ')
}

async function fill(db: Database): Promise<string[]> {
  const texts: string[] = []
  const batch = 100
  for (let first = 0; first < MESSAGES / PER_CONVERSATION; first += batch) {
    await db.transaction().execute(async (tx) => {
      for (let number = first; number < first + batch; number++) {
        await fillConversation(tx, `c${number}`, number, texts)
      }
    })
  }
  await sql`analyze`.execute(db)
  return texts
}

async function fillConversation(db: Database, id: string, at: number, texts: string[]): Promise<void> {
  const isChinese = at % 2 === 0
  const written = Array.from({ length: PER_CONVERSATION }, (_, index) => ({
    id: `${id}-${index}`,
    text: writeText(isChinese),
  }))
  texts.push(...written.map(({ text }) => text))
  const title = written[0]?.text.slice(0, 30) ?? ''
  const times = { created_at: at, updated_at: at }
  await db
    .insertInto('conversation')
    .values({ id, owner: OWNER, title, active_leaf_id: null, revision: 0, ...times })
    .execute()
  await db
    .insertInto('message')
    .values(
      written.map((message, index) => ({
        id: message.id,
        conversation_id: id,
        parent_id: null,
        role: index % 2 ? ('assistant' as const) : ('user' as const),
        parts: JSON.stringify([{ type: 'text', text: message.text }]),
        status: 'complete' as const,
        error: null,
        model: null,
        created_at: at,
      })),
    )
    .execute()
  for (const { id: messageId, text } of written) {
    await putSearchText(db, { owner: OWNER, conversationId: id, messageId, text })
  }
  await putSearchText(db, { owner: OWNER, conversationId: id, messageId: null, text: title })
}

/** Pieces of what is there, frequent and rare as they come, and words that are nowhere. */
function kindsOfQueries(texts: readonly string[]) {
  const ofLanguage = (isChinese: boolean) =>
    texts.filter((_, index) => (Math.floor(index / PER_CONVERSATION) % 2 === 0) === isChinese)
  const pieces = (from: readonly string[], length: number) =>
    Array.from({ length: QUERIES_PER_KIND }, () => {
      const words = (from[pick(0, from.length)] ?? '').split(/[ ，]/).filter((word) => word.length >= length)
      const word = words[pick(0, words.length)] ?? 'tain'
      const at = pick(0, word.length - length + 1)
      return word.slice(at, at + length)
    })
  const kinds = [1, 2, 6].flatMap((length) => [
    { label: `zh, ${length} characters`, queries: pieces(ofLanguage(true), length) },
    { label: `en, ${length} characters`, queries: pieces(ofLanguage(false), length) },
  ])
  const nowhere = Array.from({ length: QUERIES_PER_KIND }, () => `${english[pick(0, 20_000)]}x`)
  const rare = Array.from({ length: QUERIES_PER_KIND }, () => characters[pick(1_000, 3_500)] ?? '')
  return [
    ...kinds,
    { label: 'zh, 1 character, rare', queries: rare },
    { label: 'en, nowhere', queries: nowhere },
  ]
}
