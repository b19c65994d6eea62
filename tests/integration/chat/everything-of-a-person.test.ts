import { beforeEach, expect, it } from 'vitest'
import { deleteAccount } from '#lib/accounts/accounts.ts'
import { eraseOwner } from '#lib/chat/change-owner.ts'
import { ACCOUNT_FILE, accountDocument } from '#lib/chat/exporting/account-document.ts'
import { exportZip } from '#lib/chat/exporting/export-stream.ts'
import type { Database, Schema } from '#lib/db/schema.ts'
import { putSearchText } from '#lib/db/search-rows.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { unzip } from '#tests/support/unzip.ts'

const NOW = 1_800_000_000_000
const markdown = { branches: 'all' as const, producer: { name: 'Silver' }, words: dataTexts.en.file }
const LATER = NOW + 1_000_000

/**
 * A row of each table that belongs to a person, with a word of its own to be found again, in the order in which they refer
 * to each other. `word` is null where a table has nothing that would tell a person anything.
 */
function rowsOf(id: string) {
  const id2 = crypto.randomUUID()
  const common = { created_at: NOW }
  const word = (table: string) => `canary ${table} of ${id}`
  return {
    account: { id, role: 'user', name: word('account'), seen_at: NOW, ...common },
    account_link: { provider: `p-${id}`, subject: word('account_link'), account_id: id, ...common },
    session: { id, account_id: id, agent: word('session'), seen_at: NOW, expires_at: LATER, ...common },
    one_time_code: {
      digest: id,
      kind: 'reset',
      account_id: id,
      created_by: 'o',
      expires_at: LATER,
      ...common,
    },
    api_token: { id, account_id: id, name: word('api_token'), prefix: 'tain-x', digest: id, ...common },
    account_quota: { account_id: id, quota: JSON.stringify({ models: [word('account_quota')] }) },
    quota_use: {
      account_id: id,
      hour: NOW,
      day: NOW,
      month: NOW,
      messages_hour: 1,
      tokens_day: 2,
      tokens_month: 987_654_321,
      cost_day: 3,
      cost_month: 4,
      running: 0,
    },
    redeem_code: {
      digest: `digest ${id.slice(0, 8)}`,
      batch_id: batchOf(id),
      account_id: id,
      redeemed_at: NOW,
    },
    quota_pass: {
      id,
      account_id: id,
      quota: JSON.stringify({ models: [word('quota_pass')] }),
      ends_at: LATER,
    },
    quota_hold: { id, account_id: id, tokens: 1, cost: 1, day: NOW, month: NOW, expires_at: LATER },
    folder: { id, owner: id, name: word('folder'), ...common },
    conversation: {
      id,
      owner: id,
      title: word('conversation'),
      active_leaf_id: id2,
      revision: 0,
      updated_at: NOW,
      ...common,
    },
    message: {
      id: id2,
      conversation_id: id,
      parent_id: null,
      role: 'user',
      parts: JSON.stringify([{ type: 'text', text: word('message') }]),
      status: 'complete',
      error: null,
      model: null,
      ...common,
    },
    search_row: { conversation_id: id, message_id: null, owner: id, text: word('search_row') },
    queued_question: {
      id,
      conversation_id: id,
      answer_id: id2,
      below_id: id2,
      question: JSON.stringify({ text: word('queued_question'), files: [], model: null }),
      revision: 0,
      has_own_key: 0,
      ...common,
    },
    file: {
      id,
      owner: id,
      sha256: id,
      name: word('file'),
      media_type: 'text/plain',
      bytes: 6,
      status: 'kept',
      touched_at: NOW,
      ...common,
    },
    file_use: { conversation_id: id, file_id: id },
    share: { id, conversation_id: id, title: word('share'), messages: '[]', ...common },
    preference: { owner: id, name: 'notes', value: JSON.stringify(word('preference')) },
    prompt: { id, owner: id, folder: '', title: 'T', text: word('prompt') },
    acceptance: {
      owner: id,
      edition: word('acceptance'),
      minimum_age: 0,
      terms_sha256: `terms ${id}`,
      privacy_sha256: `privacy ${id}`,
      locale: 'en',
      accepted_at: NOW,
    },
    report: {
      id,
      owner: id,
      message_id: id2,
      content: 'x',
      reason: 'wrong',
      comment: word('report'),
      ...common,
    },
    moderation: {
      id,
      owner: id,
      checked_by: 'upstream',
      model: `canary model of ${id}`,
      categories: JSON.stringify([word('moderation')]),
      action: 'refused',
      ...common,
    },
  } satisfies { [Table in keyof Schema]?: Record<string, unknown> }
}

/** The batch of the code that somebody redeemed; it stays when they go. */
const batchOf = (id: string) => `batch ${id.slice(0, 8)}`

type Table = keyof ReturnType<typeof rowsOf>

/** What of a table stands in an export: its word, but for these. */
const instead: { [Name in Table]?: string | null } = {
  quota_use: '987654321',
  // Digests of links that work once, reservations of the moment, and what is made anew from the rest.
  one_time_code: null,
  quota_hold: null,
  search_row: null,
  // Part of the conversation.
  file_use: null,
}

async function fill(db: Database, id: string) {
  const batch = { id: batchOf(id), name: `canary redeem_code of ${id}`, tokens: 1, cost: 2, days: 0 }
  await db
    .insertInto('redeem_batch')
    .values({ ...batch, quota: '{}', created_at: NOW })
    .execute()
  for (const [table, row] of Object.entries(rowsOf(id))) {
    if (table === 'search_row') {
      const { owner, conversation_id: conversationId, text } = rowsOf(id).search_row
      await db
        .transaction()
        .execute((tx) => putSearchText(tx, { owner, conversationId, messageId: null, text }))
      continue
    }
    // What `rowsOf` names and fills is checked by the database itself.
    await db
      .insertInto(table as Table)
      .values(row as never)
      .execute()
  }
  await db
    .insertInto('legal_text')
    .values({
      sha256: `terms ${id}`,
      name: 'terms',
      locale: 'en',
      version: '1',
      markdown: `canary legal_text of ${id}`,
      kept_at: NOW,
    })
    .execute()
}

onEveryDatabase('everything of a person', (db) => {
  const store = memoryStore()
  let ada: string
  let eve: string
  beforeEach(async () => {
    ada = crypto.randomUUID()
    eve = crypto.randomUUID()
    for (const id of [ada, eve]) {
      await fill(db(), id)
      await store.put(`${id.slice(0, 2)}/${id}-${id}`, Buffer.from(`canary bytes of ${id}`))
    }
  })

  it('is in every table that this test knows', async () => {
    const tables = await db().introspection.getTables()
    const owned = tables.filter(({ columns }) =>
      columns.some(({ name }) => ['owner', 'account_id', 'conversation_id'].includes(name)),
    )
    // A table that is added here has to be exported by `exportAccount`, and erased by `eraseOwner` or with the account.
    expect(Object.keys(rowsOf(ada))).toEqual(expect.arrayContaining(owned.map(({ name }) => name)))
  })

  it('is in the ZIP of everything, and nobody else’s', async () => {
    const { share, report } = rowsOf(ada)
    await db()
      .insertInto('share')
      .values({ ...share, id: `2 ${ada}` })
      .execute()
    await db()
      .insertInto('report')
      .values({ ...report, id: `2 ${ada}` })
      .execute()
    const files = await unzip(new Response(exportZip({ db: db(), store, owner: ada }, markdown, NOW)))
    const all = [...files].flat().join('\n')
    for (const table of Object.keys(rowsOf(ada)) as Table[]) {
      const word = table in instead ? instead[table] : `canary ${table} of ${ada}`
      if (word) expect(all).toContain(word)
    }
    expect(all).toContain(`canary bytes of ${ada}`)
    expect(all).toContain(`canary legal_text of ${ada}`)
    expect(all).toContain(`canary model of ${ada}`)
    expect(all).not.toContain(eve)
    const account = accountDocument.parse(JSON.parse(files.get(ACCOUNT_FILE) ?? ''))
    expect([account.shares.length, account.reports.length]).toEqual([2, 2])
    expect(account.acceptances).toMatchObject([{ locale: 'en', acceptedAt: NOW }])
    const some = await unzip(
      new Response(exportZip({ db: db(), store, owner: ada, conversationIds: [ada] }, markdown, NOW)),
    )
    expect([...some.keys()].filter((name) => !name.startsWith('conversations/'))).toEqual([])
  })

  it('is counted in the receipt, and then nowhere', async () => {
    const counts = await eraseOwner(db(), ada, store)
    await deleteAccount(db(), ada)
    expect(new Set(Object.values(counts))).toEqual(new Set([1]))
    const left = await Promise.all(
      (Object.keys(rowsOf(ada)) as Table[]).map(async (table) => {
        const rows = await db()
          .selectFrom(table as keyof Schema)
          .selectAll()
          .execute()
        return [table, rows.filter((row) => JSON.stringify(row).includes(ada)).length] as const
      }),
    )
    expect(left.filter(([, count]) => count > 0)).toEqual([])
    expect(await eraseOwner(db(), eve, store)).toEqual(counts)
  })

  it('is nothing but an empty document for a guest of whom nothing is kept', async () => {
    const nobody = crypto.randomUUID()
    const files = await unzip(new Response(exportZip({ db: db(), store, owner: nobody }, markdown, NOW)))
    const account = accountDocument.parse(JSON.parse(files.get(ACCOUNT_FILE) ?? ''))
    expect(account.account).toMatchObject({ id: nobody, role: 'guest', createdAt: null })
    expect([...files.keys()]).toEqual([ACCOUNT_FILE])
  })
})
