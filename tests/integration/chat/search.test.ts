import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { changeConversation, nameConversation } from '#lib/chat/conversation-changes.ts'
import { deletedConversations } from '#lib/chat/conversation-purge.ts'
import { interruptLostRuns } from '#lib/chat/runs/lost-runs.ts'
import { finishRun, saveProgress, storeTurn } from '#lib/chat/runs/run-store.ts'
import { searchConversations, termsOf } from '#lib/chat/search.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import * as migration from '#lib/db/migrations/0002-managing-and-search.ts'
import * as searchAsRead from '#lib/db/migrations/0053-search-as-read.ts'
import type { Database } from '#lib/db/schema.ts'
import { changeSearchText } from '#lib/db/search-rows.ts'
import { foldText } from '#lib/db/search-text.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

/** Asks and has it answered; without `answer` the answer is still being written. */
async function say(
  db: Database,
  owner: string,
  question: Partial<ReturnType<typeof newQuestion>>,
  answer?: string,
) {
  const request = newQuestion(question)
  const { run } = await storeTurn(db, owner, request, Date.now())
  if (!run) throw new Error('the question was stored before')
  const write = (text: string) =>
    saveProgress(db, run.id, { parts: [{ type: 'text', text }], seq: text.length })
  if (answer !== undefined) {
    const parts = [
      { type: 'reasoning' as const, text: 'thoughts' },
      { type: 'text' as const, text: answer },
    ]
    await finishRun(db, run.id, { parts, seq: 0, status: 'complete', error: null, model: 'm' })
  }
  return { ...request, write }
}

const search = async (db: Database, owner: string, query: string, limit = 20) =>
  await searchConversations(db, owner, query, limit)
const idsOf = async (db: Database, owner: string, query: string) =>
  (await search(db, owner, query)).hits.map((hit) => hit.messageId ?? hit.conversation.id)

onEveryDatabase('search', (db) => {
  it('finds questions, answers and titles by one, two and more characters, Chinese and Latin', async () => {
    const owner = crypto.randomUUID()
    const zh = await say(db(), owner, { text: '镜子背面的银叫什么？' }, '叫做锡汞齐，英文是 Tain。')
    const en = await say(db(), owner, { text: 'How is GLASS made?' }, 'From sand; see useEffect().')
    for (const query of ['锡', '汞齐', '叫做锡汞齐，英', 'ｔａｉｎ', 'TAI']) {
      expect(await idsOf(db(), owner, query)).toEqual([zh.answerId])
    }
    for (const query of ['sand', 'Effect()', 'om sa'.slice(3), 's']) {
      expect(await idsOf(db(), owner, query)).toContain(en.answerId)
    }
    expect(await idsOf(db(), owner, '银')).toEqual([zh.conversationId])
    for (const query of ['汞锡', 'tainted', '  ', '', '汞 glass'])
      expect(await idsOf(db(), owner, query)).toEqual([])
    expect(await idsOf(db(), owner, 'thoughts')).toEqual([])
  })

  it('finds letters with accents, however they are written', async () => {
    const owner = crypto.randomUUID()
    const words = ['Ångström', 'Hiền', '김철수', 'ガラス']
    const text = words.join(' ')
    const composed = await say(db(), owner, { text: 'One' }, text.normalize('NFC'))
    const apart = await say(db(), owner, { text: 'Two' }, text.normalize('NFD'))
    for (const word of words) {
      for (const query of [word.normalize('NFC'), word.normalize('NFD')]) {
        expect(await idsOf(db(), owner, query), query).toEqual([apart.answerId, composed.answerId])
      }
    }
  })

  it('wants every word, in any order, and hands out where they are', async () => {
    const owner = crypto.randomUUID()
    const { answerId } = await say(db(), owner, { text: 'Mirrors' }, 'Silver lies behind the **glass**.')
    const { hits } = await search(db(), owner, 'GLASS silver')
    expect(hits).toMatchObject([{ messageId: answerId, title: { text: 'Mirrors', ranges: [] } }])
    expect(hits[0]?.snippet).toEqual({
      text: 'Silver lies behind the glass.',
      ranges: [
        [0, 6],
        [23, 28],
      ],
    })
    expect((await search(db(), owner, 'mirror')).hits).toMatchObject([
      { messageId: null, title: { ranges: [[0, 6]] }, snippet: null },
    ])
  })

  it('finds answers by their words as they are read, and shows them so', async () => {
    const owner = crypto.randomUUID()
    const text =
      '## 结论\n\n这是**重点**内容，用`npm i`安装，见[文档](https://docs.example/x)。\n\n```sql\nselect 1\n```'
    const { answerId, conversationId } = await say(db(), owner, { text: 'a **b** c' }, text)
    for (const query of ['重点内容', '用npm', 'docs.example', 'sql'])
      expect(await idsOf(db(), owner, query), query).toEqual([answerId])
    const shown = async (query: string) => (await search(db(), owner, query)).hits[0]?.snippet?.text
    expect(await shown('结论')).toBe('结论 这是重点内容，用npm i安装，见文档。 select 1')
    // What is beside the text is shown to whoever searches for it.
    expect(await shown('docs.ex')).toContain('docs.example')
    // A question is read as it was typed.
    expect(await idsOf(db(), owner, '**b')).toEqual([conversationId])
  })

  it('hands out each conversation once, what was said last first, and says whether there is more', async () => {
    const owner = crypto.randomUUID()
    const first = await say(db(), owner, { text: 'One' }, '镜')
    const second = await say(db(), owner, { text: 'Two' }, '镜')
    const again = await say(
      db(),
      owner,
      { text: 'And?', conversationId: first.conversationId, parentId: first.answerId },
      '镜镜',
    )
    expect(await idsOf(db(), owner, '镜')).toEqual([again.answerId, second.answerId])
    expect(await search(db(), owner, '镜', 1)).toMatchObject({ more: true, hits: [{}] })
    expect(await search(db(), owner, '镜', 2)).toMatchObject({ more: false, hits: [{}, {}] })
    expect(await idsOf(db(), owner, 'one')).toEqual([first.conversationId])
  })

  it('looks behind a conversation that has more matches than are read at a time', async () => {
    const owner = crypto.randomUUID()
    const old = await say(db(), owner, { text: '旧镜' })
    let parentId: string | null = null
    const conversationId = crypto.randomUUID()
    for (let turn = 0; turn < 130; turn++) {
      parentId = (await say(db(), owner, { text: '镜', conversationId, parentId }, '镜')).answerId
    }
    expect((await search(db(), owner, '镜')).hits.map(({ conversation }) => conversation.id)).toEqual([
      conversationId,
      old.conversationId,
    ])
  })

  it('keeps to the owner, and to what is not deleted', async () => {
    const owner = crypto.randomUUID()
    const { conversationId: id } = await say(db(), owner, { text: '秘密' }, '不告诉别人')
    expect(await idsOf(db(), crypto.randomUUID(), '秘密')).toEqual([])
    const archived = await changeConversation(db(), owner, id, { revision: 1, archived: true }, 1)
    expect(archived?.outcome).toBe('changed')
    expect(await idsOf(db(), owner, '秘密')).toHaveLength(1)
    await changeConversation(db(), owner, id, { revision: 2, deleted: true }, 1)
    expect(await idsOf(db(), owner, '秘密')).toEqual([])
    await changeConversation(db(), owner, id, { revision: 3, deleted: false }, 1)
    expect(await idsOf(db(), owner, '秘密')).toHaveLength(1)
  })

  it('follows every title', async () => {
    const owner = crypto.randomUUID()
    const { conversationId: id } = await say(db(), owner, { text: 'Alpha' })
    const titled = async () => (await search(db(), owner, 'title')).hits.map((hit) => hit.title.text)
    await nameConversation(db(), owner, id, 'A title of the site')
    expect(await titled()).toEqual(['A title of the site'])
    await changeConversation(db(), owner, id, { revision: 2, title: 'A title by hand' }, 1)
    expect(await titled()).toEqual(['A title by hand'])
    expect(await idsOf(db(), owner, 'site')).toEqual([])
  })

  it('finds an answer when it has ended, also when its process was lost', async () => {
    const owner = crypto.randomUUID()
    const request = newQuestion({ text: 'Long?' })
    const { run } = await storeTurn(db(), owner, request, Date.now() - 60_000)
    await saveProgress(db(), run?.id ?? '', { parts: [{ type: 'text', text: 'Half of it' }], seq: 10 })
    expect(await idsOf(db(), owner, 'half')).toEqual([])
    await interruptLostRuns(db(), { all: true })
    expect(await idsOf(db(), owner, 'half')).toEqual([request.answerId])
  })

  it('stands texts that no index likes', async () => {
    const owner = crypto.randomUUID()
    const text = `NUL\u0000 "quote' AND ) * % _ \\ \ud800 ${'é'.repeat(3)}`
    const { conversationId } = await say(db(), owner, { text }, '')
    for (const query of ['"quote\'', ') *', '%', '_', '\\', 'NUL\u0000', '\ud800', 'ééé']) {
      expect(await idsOf(db(), owner, query)).toEqual([conversationId])
    }
  })

  it('finds what contains the words and nothing else, compared with reading everything', async () => {
    const piece = fc.stringMatching(/^[abAé银镜子。 ]{0,8}$/u)
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), piece, async (texts, query) => {
        const owner = crypto.randomUUID()
        const turns: { id: string; text: string }[] = []
        for (const text of texts) {
          const { conversationId } = await say(db(), owner, { text: 'Q' }, text)
          turns.unshift({ id: conversationId, text: foldText(text) })
        }
        const terms = termsOf(query)
        const expected = turns.filter(
          ({ text }) => terms.length > 0 && terms.every((term) => text.includes(term)),
        )
        const { hits } = await search(db(), owner, query)
        expect(hits.map(({ conversation }) => conversation.id)).toEqual(expected.map(({ id }) => id))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps nothing of what is erased', async () => {
    const owner = crypto.randomUUID()
    const { conversationId: id } = await say(db(), owner, { text: '要删除的' }, '内容')
    await changeConversation(db(), owner, id, { revision: 1, deleted: true }, 1)
    await eraseDue(deletedConversations(30), db(), Date.now())
    const left = await db().selectFrom('search_row').select('id').where('owner', '=', owner).execute()
    expect(left).toEqual([])
  })
})

onEveryDatabase('the index', (db) => {
  describe('of a database from before', () => {
    it('is made by the migration, in the order of time', async () => {
      const owner = crypto.randomUUID()
      const one = await say(db(), owner, { text: '第一' }, '镜')
      const two = await say(db(), owner, { text: '第二' }, '镜')
      await db().updateTable('message').set({ created_at: 9e12 }).where('id', '=', one.answerId).execute()
      await sql`drop table search_row`.execute(db())
      await sql`drop table if exists search_gram`.execute(db())
      await sql`drop index conversation_deleted`.execute(db())
      for (const column of ['title_source', 'pinned_at', 'archived_at', 'deleted_at']) {
        await sql`alter table conversation drop column ${sql.ref(column)}`.execute(db())
      }
      await migration.up(db())
      expect(await idsOf(db(), owner, '镜')).toEqual([one.answerId, two.answerId])
      expect(await idsOf(db(), owner, '第二')).toEqual([two.conversationId])
    })

    it('of signs of Markdown is made one of words, each in its place', async () => {
      const owner = crypto.randomUUID()
      const one = await say(db(), owner, { text: '一' }, '这是**重点**内容')
      const two = await say(db(), owner, { text: '二' }, '又一个**重点**内容')
      const rows = () =>
        db().selectFrom('search_row').select(['id', 'text']).where('message_id', '=', one.answerId).execute()
      const [row] = await rows()
      await changeSearchText(db(), { id: row?.id ?? 0, owner, text: '这是**重点**内容' })
      expect(await idsOf(db(), owner, '重点内容')).toEqual([two.answerId])
      await searchAsRead.up(db())
      expect(await idsOf(db(), owner, '重点内容')).toEqual([two.answerId, one.answerId])
      expect(await idsOf(db(), owner, '这是重点')).toEqual([one.answerId])
      expect(await idsOf(db(), owner, '**')).toEqual([])
    })
  })
})
