import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../db/dialect-of.ts'
import type { Database } from '../db/schema.ts'
import { gramArray, gramToken } from '../db/search-rows.ts'
import { foldText, gramOfOwner, gramsOfTerm } from '../db/search-text.ts'
import type { Conversation, Highlighted, Message, SearchAnswer, SearchHit } from './contract.ts'
import { toConversation, toMessage } from './conversations.ts'
import { highlight, snippetOf } from './search-highlight.ts'
import { searchTextOf } from './search-index.ts'

/** More terms than this make a search no better, only slower. */
const MAX_TERMS = 8
/**
 * PostgreSQL reads that many of the newest texts one after the other, in windows, before it asks the index: that costs a
 * fifth as much for each, and a frequent term has been found often enough by then.
 */
const WINDOWS = [1_000, 2_000, 4_000, 8_000]
/** Unless fewer than this share of them had the term: then few have it at all, and the index knows which. */
const RARE = 0.004
/** Rows read at a time; several may belong to one conversation. */
const CHUNK_ROWS = 100

/** The words of a query, folded. A text is found when it contains all of them, anywhere in it. */
export function termsOf(query: string): string[] {
  const terms = foldText(query).split(' ').filter(Boolean)
  return [...new Set(terms)].slice(0, MAX_TERMS)
}

/**
 * The owner's conversations whose title or one of whose messages contains all words of `query`; those that are archived
 * too, not those that are deleted. Each once, at what was last said of it: newest first, a title counting as said with
 * the last question. An answer that is being written is found when it has ended.
 */
export async function searchConversations(
  db: Database,
  owner: string,
  query: string,
  limit: number,
): Promise<SearchAnswer> {
  const terms = termsOf(query)
  if (terms.length === 0) return { hits: [], more: false }
  const found = new Map<string, Row>()
  const find = dialectOf(db) === 'sqlite' ? findInSqlite : findInPostgres
  for await (const rows of find(db, { owner, terms, found })) {
    for (const row of rows) if (!found.has(row.conversation_id)) found.set(row.conversation_id, row)
    if (found.size > limit) break
  }
  const rows = [...found.values()].slice(0, limit)
  return { hits: await readHits(db, rows, terms), more: found.size > limit }
}

interface Row {
  id: number
  conversation_id: string
  message_id: string | null
}

interface Wanted {
  owner: string
  terms: readonly string[]
  /** By conversation; those that are in it already are not looked for again. */
  found: ReadonlyMap<string, Row>
}

/** Rows that contain all terms, newest first, as far as they are wanted. */
type Finder = (db: Database, wanted: Wanted) => AsyncGenerator<Row[]>

/** Calls `read` for rows older than `before` until there are no more; returns when. */
async function* inChunks(
  read: (before: number) => Promise<Row[]>,
  before = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Row[], void> {
  for (let from = before; ; ) {
    const rows = await read(from)
    yield rows
    const last = rows.at(-1)
    if (rows.length < CHUNK_ROWS || !last) return
    from = last.id
  }
}

const notFound = ({ found }: Wanted) =>
  found.size > 0 ? sql`and c.id not in (${sql.join([...found.keys()])})` : sql``

/** The grams are asked first, newest row first, so that a frequent term ends the search early. */
const findInSqlite: Finder = (db, wanted) => {
  const { owner, terms } = wanted
  const tokens = gramsOfQuery(owner, terms).map(gramToken).join(' AND ')
  const contains = sql.join(
    terms.map((term) => sql`instr(s.text, ${term}) > 0`),
    sql` and `,
  )
  return inChunks(async (before) => {
    const { rows } = await sql<Row>`
      select s.id, s.conversation_id, s.message_id
      from search_gram
      cross join search_row s on s.id = search_gram.rowid
      cross join conversation c on c.id = s.conversation_id
      where search_gram match ${tokens} and search_gram.rowid < ${before}
        and c.owner = ${owner} and c.deleted_at is null and ${contains} ${notFound(wanted)}
      order by search_gram.rowid desc
      limit ${CHUNK_ROWS}
    `.execute(db)
    return rows
  })
}

/** A GIN index hands out all it has, in no order; so it is asked for rare terms, or for what is old. */
const findInPostgres: Finder = async function* (db, wanted) {
  const { owner, terms } = wanted
  const contains = sql.join(
    terms.map((term) => sql`strpos(s.text, ${term}) > 0`),
    sql` and `,
  )
  const select = async (texts: RawBuilder<unknown>, which: RawBuilder<unknown>) => {
    const { rows } = await sql<Row>`
      select s.id, s.conversation_id, s.message_id
      from ${texts} s join conversation c on c.id = s.conversation_id
      where ${which} and c.owner = ${owner} and c.deleted_at is null and ${contains} ${notFound(wanted)}
      order by s.id desc
      limit ${CHUNK_ROWS}
    `.execute(db)
    return rows
  }
  let before = Number.MAX_SAFE_INTEGER
  let read = 0
  let hits = 0
  for (const size of WINDOWS) {
    const end = await idBelow(db, owner, before, size)
    const window = (from: number) =>
      select(sql`search_row`, sql`s.owner = ${owner} and s.id < ${from} and s.id >= ${end ?? 0}`)
    for await (const rows of inChunks(window, before)) {
      hits += rows.length
      yield rows
    }
    if (end === undefined) return
    before = end
    read += size
    if (hits < read * RARE) break
  }
  const grams = gramArray(gramsOfQuery(owner, terms))
  // By itself, so that the index is asked and nothing else.
  const indexed = (from: number) =>
    sql`(select * from search_row where owner = ${owner} and id < ${from} and grams @> ${grams} offset 0)`
  yield* inChunks((from) => select(indexed(from), sql`true`), before)
}

/** The id of the owner's `count`-th text below `before`; undefined when there are fewer. */
async function idBelow(
  db: Database,
  owner: string,
  before: number,
  count: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('search_row')
    .select('id')
    .where('owner', '=', owner)
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

const gramsOfQuery = (owner: string, terms: readonly string[]): number[] => [
  ...new Set([gramOfOwner(owner), ...terms.flatMap((term) => [...gramsOfTerm(term)])]),
]

async function readHits(db: Database, rows: readonly Row[], terms: readonly string[]): Promise<SearchHit[]> {
  if (rows.length === 0) return []
  const messageIds = rows.flatMap(({ message_id }) => (message_id === null ? [] : [message_id]))
  const [conversations, messages] = await Promise.all([
    db
      .selectFrom('conversation')
      .selectAll()
      .where(
        'id',
        'in',
        rows.map((row) => row.conversation_id),
      )
      .execute(),
    messageIds.length === 0
      ? []
      : db.selectFrom('message').selectAll().where('id', 'in', messageIds).execute(),
  ])
  const conversationOf = new Map<string, Conversation>(
    conversations.map((row) => [row.id, toConversation(row)]),
  )
  const messageOf = new Map(messages.map((row) => [row.id, toMessage(row)]))
  return rows.flatMap(({ conversation_id, message_id }) => {
    const conversation = conversationOf.get(conversation_id)
    // Erased in the moment between the two questions to the database.
    if (!conversation) return []
    const message = message_id === null ? undefined : messageOf.get(message_id)
    return [
      {
        conversation,
        messageId: message_id,
        title: highlight(conversation.title, terms),
        snippet: message ? snippetOfMessage(message, terms) : null,
      },
    ]
  })
}

function snippetOfMessage(message: Message, terms: readonly string[]): Highlighted {
  const text = (asides: boolean) => searchTextOf(message, { asides })
  return snippetOf(text(false), terms) ?? snippetOf(text(true), terms) ?? highlight('', [])
}
