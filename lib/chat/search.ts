import { sql } from 'kysely'
import { dialectOf } from '../db/dialect-of.ts'
import type { Database } from '../db/schema.ts'
import { gramArray, gramToken } from '../db/search-rows.ts'
import { foldText, gramOfOwner, gramsOfTerm } from '../db/search-text.ts'
import type { Conversation, SearchAnswer, SearchHit } from './contract.ts'
import { toConversation, toMessage } from './conversations.ts'
import { searchTextOf } from './parts.ts'
import { highlight, snippetOf } from './search-highlight.ts'

/** More terms than this make a search no better, only slower. */
const MAX_TERMS = 8
/** PostgreSQL reads this many of the newest texts before it asks the index. */
const RECENT_ROWS = 1_000
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
  const find = dialectOf(db) === 'sqlite' ? findInSqlite : findInPostgres
  const found = new Map<string, Row>()
  let before = Number.MAX_SAFE_INTEGER
  while (found.size <= limit) {
    const rows = await find(db, { owner, terms, before, except: [...found.keys()] })
    for (const row of rows) if (!found.has(row.conversation_id)) found.set(row.conversation_id, row)
    const last = rows.at(-1)
    if (rows.length < CHUNK_ROWS || !last) break
    before = last.id
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
  /** Only rows older than this one. */
  before: number
  /** Conversations that are found already. */
  except: readonly string[]
}

/** The grams are asked first, newest row first, so that a frequent term ends the search early. */
async function findInSqlite(db: Database, { owner, terms, before, except }: Wanted): Promise<Row[]> {
  const tokens = gramsOfQuery(owner, terms).map(gramToken).join(' AND ')
  const contains = sql.join(
    terms.map((term) => sql`instr(s.text, ${term}) > 0`),
    sql` and `,
  )
  const { rows } = await sql<Row>`
    select s.id, s.conversation_id, s.message_id
    from search_gram
    cross join search_row s on s.id = search_gram.rowid
    cross join conversation c on c.id = s.conversation_id
    where search_gram match ${tokens} and search_gram.rowid < ${before}
      and c.owner = ${owner} and c.deleted_at is null and ${contains}
      ${except.length > 0 ? sql`and c.id not in (${sql.join(except)})` : sql``}
    order by search_gram.rowid desc
    limit ${CHUNK_ROWS}
  `.execute(db)
  return rows
}

/**
 * A GIN index hands out all it has, in no order. So the newest texts are read first, which finds enough of a frequent
 * term; what is left to the index are the rarer ones.
 */
async function findInPostgres(db: Database, wanted: Wanted): Promise<Row[]> {
  const { owner, terms, before, except } = wanted
  const contains = sql.join(
    terms.map((term) => sql`strpos(s.text, ${term}) > 0`),
    sql` and `,
  )
  const select = (source: ReturnType<typeof sql>, limit: number) =>
    sql<Row>`
      select s.id, s.conversation_id, s.message_id
      from (${source}) s join conversation c on c.id = s.conversation_id
      where c.owner = ${owner} and c.deleted_at is null and ${contains}
        ${except.length > 0 ? sql`and c.id not in (${sql.join(except)})` : sql``}
      order by s.id desc
      limit ${limit}
    `.execute(db)
  const recent = sql`
    select * from search_row where owner = ${owner} and id < ${before} order by id desc limit ${RECENT_ROWS}
  `
  const first = (await select(recent, CHUNK_ROWS)).rows
  if (first.length === CHUNK_ROWS) return first
  const grams = gramArray(gramsOfQuery(owner, terms))
  const indexed = sql`
    select * from search_row where owner = ${owner} and id < ${before} and grams @> ${grams} offset 0
  `
  return (await select(indexed, CHUNK_ROWS)).rows
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
  const textOf = new Map(messages.map((row) => [row.id, searchTextOf(toMessage(row).parts)]))
  return rows.flatMap(({ conversation_id, message_id }) => {
    const conversation = conversationOf.get(conversation_id)
    // Erased in the moment between the two questions to the database.
    if (!conversation) return []
    const text = message_id === null ? undefined : textOf.get(message_id)
    return [
      {
        conversation,
        messageId: message_id,
        title: highlight(conversation.title, terms),
        snippet: text === undefined ? null : snippetOf(text, terms),
      },
    ]
  })
}
