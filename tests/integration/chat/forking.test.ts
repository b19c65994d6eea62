import { expect, it } from 'vitest'
import { getConversation, listConversations } from '#lib/chat/conversations.ts'
import { forkConversation } from '#lib/chat/fork-conversation.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const META = { type: 'text', text: 'One', meta: { openai: { itemId: 'kept' } } }

/** Two turns, the second one asked in two ways; all answered. */
async function conversation(db: Database) {
  const owner = crypto.randomUUID()
  const first = newQuestion({ text: 'First', settings: { model: 'm-1', instructions: 'In verse.' } })
  const turn = { conversationId: first.conversationId, parentId: first.answerId }
  const [second, other] = [newQuestion({ text: 'Second', ...turn }), newQuestion({ text: 'Other', ...turn })]
  for (const [index, ask] of [first, second, other].entries()) {
    await storeTurn(db, owner, ask, 1_000 * (index + 1))
    const answered = { parts: JSON.stringify([META]), status: 'complete' as const, model: 'm-1' }
    await db.updateTable('message').set(answered).where('id', '=', ask.answerId).execute()
  }
  const fork = (over: object = {}) => {
    const request = { id: crypto.randomUUID(), messageId: second.answerId, title: 'First (fork)', ...over }
    return forkConversation(db, owner, first.conversationId, request, 9_000)
  }
  return { owner, first, second, fork }
}

onEveryDatabase('forking', (db) => {
  it('copies the branch with its settings, and leaves the conversation as it is', async () => {
    const { owner, first, second, fork } = await conversation(db())
    const before = await getConversation(db(), owner, first.conversationId)
    const made = await fork()
    expect(made).toMatchObject({
      title: 'First (fork)',
      titleSource: 'person',
      settings: { model: 'm-1', instructions: 'In verse.' },
      updatedAt: 9_000,
    })
    const copy = await getConversation(db(), owner, made?.id ?? '')
    expect(copy?.messages.map(({ role, parts, parentId }) => [role, parts, parentId])).toEqual([
      ['user', [{ type: 'text', text: 'First' }], null],
      ['assistant', [{ type: 'text', text: 'One' }], copy?.messages[0]?.id],
      ['user', [{ type: 'text', text: 'Second' }], copy?.messages[1]?.id],
      ['assistant', [{ type: 'text', text: 'One' }], copy?.messages[2]?.id],
    ])
    expect(copy?.activeLeafId).toBe(copy?.messages.at(-1)?.id)
    expect(copy?.messages.map(({ id }) => id)).not.toContain(second.questionId)
    // What the provider wants back goes along, though no browser sees it.
    const stored = await db()
      .selectFrom('message')
      .select('parts')
      .where('id', '=', copy?.activeLeafId ?? '')
      .executeTakeFirst()
    expect(JSON.parse(stored?.parts ?? '')).toEqual([META])
    expect((await searchConversations(db(), owner, 'Second', 10)).hits).toHaveLength(2)
    expect(await getConversation(db(), owner, first.conversationId)).toEqual(before)
  })

  it('is made once, however often and by however many tabs it is asked for', async () => {
    const { owner, fork } = await conversation(db())
    const id = crypto.randomUUID()
    const made = await Promise.all([fork({ id }), fork({ id }), fork({ id })])
    expect(made.map((one) => one?.id)).toEqual([id, id, id])
    expect(await listConversations(db(), owner)).toHaveLength(2)
  })

  it('begins at a question too, but not while the branch is being answered, and never for others', async () => {
    const { owner, first, second, fork } = await conversation(db())
    const made = await fork({ messageId: second.questionId })
    expect((await getConversation(db(), owner, made?.id ?? ''))?.messages).toHaveLength(3)
    const request = { id: crypto.randomUUID(), messageId: second.answerId, title: 'Mine' }
    expect(await forkConversation(db(), 'other', first.conversationId, request, 1)).toBeNull()
    expect(await fork({ messageId: crypto.randomUUID() })).toBeNull()
    expect(
      await forkConversation(db(), 'other', made?.id ?? '', { ...request, id: first.conversationId }, 1),
    ).toBeNull()
    await db().updateTable('message').set({ status: 'running' }).where('id', '=', second.answerId).execute()
    await expect(fork()).rejects.toMatchObject({ status: 409, code: 'running' })
  })
})
