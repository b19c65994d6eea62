import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import type { Conversation, ConversationChange } from '#lib/chat/contract.ts'
import { changeConversation, nameConversation } from '#lib/chat/conversation-changes.ts'
import { deletedConversations } from '#lib/chat/conversation-purge.ts'
import {
  findConversation,
  getConversation,
  listConversations,
  setActiveLeaf,
} from '#lib/chat/conversations.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const DAY_MS = 86_400_000

/** A conversation of a new owner's, and the owner's hands on it. */
async function startConversation(db: Database, now = 1_000) {
  const owner = crypto.randomUUID()
  const { conversation } = await storeTurn(db, owner, newQuestion(), now)
  return {
    owner,
    conversation,
    change: (change: ConversationChange, at = now) =>
      changeConversation(db, owner, conversation.id, change, at),
  }
}

onEveryDatabase('managing a conversation', (db) => {
  it('renames, pins and archives, each on the revision before, and leaves its place in the list', async () => {
    const { owner, conversation, change } = await startConversation(db())
    const { revision, updatedAt } = conversation
    await change({ revision, title: 'By hand' }, 5_000)
    await change({ revision: revision + 1, pinned: true }, 6_000)
    const archived = await change({ revision: revision + 2, archived: true }, 7_000)
    const expected = {
      title: 'By hand',
      titleSource: 'person',
      pinnedAt: 6_000,
      archivedAt: 7_000,
      revision: revision + 3,
      updatedAt,
    }
    expect(archived).toMatchObject({ outcome: 'changed', conversation: expected })
    expect(await listConversations(db(), owner)).toEqual([])
    expect(await listConversations(db(), owner, 'archived')).toMatchObject([expected])
    await change({ revision: revision + 3, archived: false, pinned: false })
    expect(await listConversations(db(), owner)).toMatchObject([{ pinnedAt: null, archivedAt: null }])
  })

  it('refuses a change made on an old revision, and hands out what is there', async () => {
    const { conversation, change } = await startConversation(db())
    await change({ revision: conversation.revision, title: 'First' })
    const late = await change({ revision: conversation.revision, title: 'Second', pinned: true })
    expect(late).toMatchObject({
      outcome: 'stale',
      conversation: { title: 'First', pinnedAt: null, revision: conversation.revision + 1 },
    })
  })

  it('deletes and undoes that; meanwhile there is nothing to see, to change or to ask in', async () => {
    const { owner, conversation, change } = await startConversation(db())
    const { id, revision } = conversation
    const deleted = await change({ revision, deleted: true }, 9_000)
    expect(deleted).toMatchObject({ conversation: { deletedAt: 9_000 } })
    expect(await listConversations(db(), owner)).toEqual([])
    expect(await getConversation(db(), owner, id)).toBeNull()
    expect(await change({ revision: revision + 1, title: 'Ghost' })).toBeNull()
    expect(await nameConversation(db(), owner, id, 'Ghost')).toBe(false)
    const ask = newQuestion({ conversationId: id })
    await expect(storeTurn(db(), owner, ask, 2_000)).rejects.toMatchObject({ status: 404 })
    await change({ revision: revision + 1, deleted: false })
    expect(await getConversation(db(), owner, id)).toMatchObject({
      title: conversation.title,
      deletedAt: null,
      messages: [{}, {}],
    })
  })

  it('belongs to its owner alone', async () => {
    const { owner, conversation } = await startConversation(db())
    const { id, revision } = conversation
    const stranger = crypto.randomUUID()
    for (const change of [{ title: 'Mine' }, { deleted: true }, { deleted: false }]) {
      expect(await changeConversation(db(), stranger, id, { revision, ...change }, 1)).toBeNull()
    }
    expect(await findConversation(db(), owner, id)).toEqual(conversation)
  })

  it('is no longer archived once something is asked in it', async () => {
    const { owner, conversation, change } = await startConversation(db())
    await change({ revision: conversation.revision, archived: true })
    await storeTurn(db(), owner, newQuestion({ conversationId: conversation.id }), 2_000)
    expect(await listConversations(db(), owner)).toMatchObject([{ archivedAt: null }])
  })

  it('keeps a title given by hand from the site, whichever comes first', async () => {
    const { owner, conversation, change } = await startConversation(db())
    const { id, revision } = conversation
    expect(await nameConversation(db(), owner, id, 'By a model')).toBe(true)
    expect(await findConversation(db(), owner, id)).toMatchObject({
      title: 'By a model',
      titleSource: 'model',
      revision: revision + 1,
    })
    await change({ revision: revision + 1, title: 'By hand' })
    expect(await nameConversation(db(), owner, id, 'By a model again')).toBe(false)
    expect(await findConversation(db(), owner, id)).toMatchObject({ title: 'By hand' })
  })

  it('lists a pinned conversation however many were asked in since', async () => {
    const { owner, conversation, change } = await startConversation(db(), 1)
    await change({ revision: conversation.revision, pinned: true })
    const rows = Array.from({ length: 501 }, (_, index) => ({
      id: crypto.randomUUID(),
      owner,
      title: 'Newer',
      active_leaf_id: null,
      revision: 0,
      created_at: 2,
      updated_at: 2 + index,
    }))
    await db().insertInto('conversation').values(rows).execute()
    const list = await listConversations(db(), owner)
    expect(list).toHaveLength(501)
    expect(list.at(-1)?.id).toBe(conversation.id)
  })
})

onEveryDatabase('erasing', (db) => {
  it('takes what was deleted 30 days ago, with a branch of 1,500 messages, and nothing else', async () => {
    const now = 100 * DAY_MS
    const gone = await startConversation(db())
    const kept = await startConversation(db())
    const untouched = await startConversation(db())
    await deepen(db(), gone.conversation.id, 1_500)
    await gone.change({ revision: gone.conversation.revision, deleted: true }, now - 30 * DAY_MS)
    await kept.change({ revision: kept.conversation.revision, deleted: true }, now - 30 * DAY_MS + 1)
    expect(await eraseDue(deletedConversations(30), db(), now)).toBe(1)
    const left = await db().selectFrom('conversation').select('id').execute()
    expect(left.map(({ id }) => id).sort()).toEqual([kept.conversation.id, untouched.conversation.id].sort())
    const messages = await db().selectFrom('message').select('conversation_id').execute()
    expect(messages.some(({ conversation_id }) => conversation_id === gone.conversation.id)).toBe(false)
    expect(messages).toHaveLength(4)
    await kept.change({ revision: kept.conversation.revision + 1, deleted: false })
    expect(await listConversations(db(), kept.owner)).toHaveLength(1)
  })
})

/** One message below the other. */
async function deepen(db: Database, conversationId: string, depth: number): Promise<void> {
  let parent: string | null = null
  const rows = Array.from({ length: depth }, (_, index) => {
    const id = crypto.randomUUID()
    const row = {
      id,
      conversation_id: conversationId,
      parent_id: parent,
      role: index % 2 ? ('assistant' as const) : ('user' as const),
      parts: '[]',
      status: 'complete' as const,
      error: null,
      model: null,
      created_at: index,
    }
    parent = id
    return row
  })
  await db.insertInto('message').values(rows).execute()
}

/** How many interleavings; `INTERLEAVINGS=10000` is what `trust.md` check 33 asks for. */
const INTERLEAVINGS = Number(process.env.INTERLEAVINGS ?? 250)

/** What one of two tabs does next: it reads, writes on the revision it read last, asks, or shows another branch. */
type Step =
  | { tab: 0 | 1; kind: 'read' }
  | { tab: 0 | 1; kind: 'write'; change: Omit<ConversationChange, 'revision'> }
  | { kind: 'site'; title: string }
  | { tab: 0 | 1; kind: 'ask' }
  | { tab: 0 | 1; kind: 'branch'; nth: number }

const tab = fc.constantFrom(0 as const, 1 as const)
const title = fc.constantFrom('镜', 'tain', '银', 'glass')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), tab }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      tab,
      change: fc.oneof(
        fc.record({ title }),
        fc.record({ pinned: fc.boolean() }),
        fc.record({ archived: fc.boolean() }),
        fc.record({ deleted: fc.boolean() }),
        fc.record({ settings: fc.record({ temperature: fc.constantFrom(null, 0, 1, 2) }) }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('site' as const), title }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('branch' as const), tab, nth: fc.nat(3) }) },
)

/** What the conversation must be: the sum of all accepted writes, each of which saw the one before. */
interface Model {
  revision: number
  title: string
  titleSource: string
  pinned: boolean
  archived: boolean
  deleted: boolean
  temperature: number | undefined
  leaf: string | null
}

const modelOf = (row: Conversation): Model => ({
  revision: row.revision,
  title: row.title,
  titleSource: row.titleSource,
  pinned: row.pinnedAt !== null,
  archived: row.archivedAt !== null,
  deleted: row.deletedAt !== null,
  temperature: row.settings.temperature,
  leaf: row.activeLeafId,
})

/** Two tabs at one conversation, beside the model of what it must be; whatever they do is checked against that. */
class Tabs {
  readonly #db: Database
  readonly #owner: string
  readonly #id: string
  readonly #seen: [number, number]
  /** Every answer that was asked for, oldest first. */
  readonly #answers: string[]
  #model: Model

  constructor(db: Database, owner: string, conversation: Conversation) {
    this.#db = db
    this.#owner = owner
    this.#id = conversation.id
    this.#model = modelOf(conversation)
    this.#seen = [conversation.revision, conversation.revision]
    this.#answers = [conversation.activeLeafId ?? '']
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'site') await this.#name(step.title)
    else if (step.kind === 'read') await this.#read(step.tab)
    else if (step.kind === 'ask') await this.#ask()
    else if (step.kind === 'branch') await this.#show(step.nth)
    else await this.#write(step.tab, step.change)
  }

  /** No question and no answer is missing, whoever wrote what between. */
  async checkMessages(): Promise<void> {
    const rows = this.#db.selectFrom('message').select('id').where('conversation_id', '=', this.#id)
    const stored = (await rows.execute()).map(({ id }) => id)
    expect(stored).toHaveLength(this.#answers.length * 2)
    expect(stored).toEqual(expect.arrayContaining(this.#answers))
  }

  async #name(title: string): Promise<void> {
    const may = !this.#model.deleted && this.#model.titleSource !== 'person'
    expect(await nameConversation(this.#db, this.#owner, this.#id, title)).toBe(may)
    if (may) this.#change({ title, titleSource: 'model' })
  }

  async #read(tab: 0 | 1): Promise<void> {
    const found = await findConversation(this.#db, this.#owner, this.#id)
    expect(found && modelOf(found)).toEqual(this.#model.deleted ? null : this.#model)
    if (found) this.#seen[tab] = found.revision
  }

  /** A question that begins another branch, as an edit of the first one does. */
  async #ask(): Promise<void> {
    const question = newQuestion({ conversationId: this.#id })
    const asking = storeTurn(this.#db, this.#owner, question, 2_000)
    if (this.#model.deleted) return await expect(asking).rejects.toMatchObject({ status: 404 })
    this.#change({ leaf: question.answerId, archived: false })
    this.#answers.push(question.answerId)
    expect(modelOf((await asking).conversation)).toEqual(this.#model)
  }

  async #show(nth: number): Promise<void> {
    const leaf = this.#answers[nth % this.#answers.length] ?? ''
    expect(await setActiveLeaf(this.#db, this.#owner, this.#id, leaf)).toBe(!this.#model.deleted)
    if (!this.#model.deleted) this.#change({ leaf })
  }

  async #write(tab: 0 | 1, change: Omit<ConversationChange, 'revision'>): Promise<void> {
    const revision = this.#seen[tab]
    const result = await changeConversation(this.#db, this.#owner, this.#id, { revision, ...change }, 1_000)
    if (this.#model.deleted && change.deleted !== false) {
      expect(result).toBeNull()
      return
    }
    const isFresh = revision === this.#model.revision
    const { settings, title, ...rest } = change
    if (isFresh) {
      this.#change({
        ...rest,
        ...(title !== undefined && { title, titleSource: 'person' }),
        ...(settings && { temperature: settings.temperature ?? undefined }),
      })
    }
    expect(result?.outcome).toBe(isFresh ? 'changed' : 'stale')
    expect(result && modelOf(result.conversation)).toEqual(this.#model)
    this.#seen[tab] = this.#model.revision
  }

  #change(change: Partial<Model>): void {
    this.#model = { ...this.#model, ...change, revision: this.#model.revision + 1 }
  }
}

onEveryDatabase('two tabs and the site', (db) => {
  beforeAll(async () => {
    // Thousands of small commits, whose durability is not what is tested here.
    await sql`pragma synchronous = off`.execute(db()).catch(() => undefined)
  })

  it('never lose an update, in any interleaving', { timeout: 60_000 + INTERLEAVINGS * 200 }, async () => {
    const run = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
      const start = await startConversation(db())
      const tabs = new Tabs(db(), start.owner, start.conversation)
      for (const step of steps) await tabs.take(step)
      await tabs.checkMessages()
    })
    // Several conversations side by side, as on a site; PostgreSQL is waited for more than it works.
    await Promise.all(Array.from({ length: 5 }, () => fc.assert(run, { numRuns: INTERLEAVINGS / 5 })))
  })

  it('of ten at once on one revision, one wins and nine are told its change', async () => {
    const { conversation, change } = await startConversation(db())
    const { revision } = conversation
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => change({ revision, title: `Writer ${index}` })),
    )
    const winners = results.filter((result) => result?.outcome === 'changed')
    expect(winners).toHaveLength(1)
    for (const result of results) expect(result?.conversation).toEqual(winners[0]?.conversation)
  })

  it('count together without losing one, each trying again on what it was told', async () => {
    const { conversation, change } = await startConversation(db())
    const count = async (times: number) => {
      let known: Conversation = { ...conversation, title: '0' }
      for (let done = 0; done < times; ) {
        const next = String((Number(known.title) || 0) + 1)
        const result = await change({ revision: known.revision, title: next })
        if (result?.outcome === 'changed') done += 1
        known = result?.conversation ?? known
      }
    }
    await Promise.all([count(25), count(25), count(25)])
    const last = await change({ revision: -1, title: '' })
    expect(last?.conversation.title).toBe('75')
  })
})
