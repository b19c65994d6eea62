import { expect, it } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import { changeConversation } from '#lib/chat/conversation-changes.ts'
import { getConversation } from '#lib/chat/conversations.ts'
import { storeTurn } from '#lib/chat/runs/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { continueShare } from '#lib/chat/sharing/continue-share.ts'
import { createShare, expiredShares, findShare, listShares, revokeShare } from '#lib/chat/sharing/shares.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const DAY_MS = 86_400_000
const NOW = 1_000_000

/** A conversation that was answered once, with everything in the answer that an answer can have. */
async function answered(db: Database) {
  const owner = crypto.randomUUID()
  const ask = newQuestion({ text: '镜子是什么？', settings: { instructions: 'secret instructions' } })
  await storeTurn(db, owner, ask, NOW)
  const parts = [
    { type: 'reasoning', text: 'secret reasoning' },
    { type: 'text', text: 'A **mirror**.', meta: { openai: { itemId: 'secret' } } },
    { type: 'tool-call', id: 'secret', name: 'web_search', input: { query: 'secret' } },
    {
      type: 'source',
      id: 's1',
      url: 'https://example.org/',
      title: 'Mirrors',
      meta: { openai: { a: 'secret' } },
    },
    { type: 'file', fileId: 'secret', name: 'secret.png', mediaType: 'image/png', bytes: 1 },
  ]
  await db
    .updateTable('message')
    .set({ parts: JSON.stringify(parts), status: 'complete', model: 'gpt-test' })
    .where('id', '=', ask.answerId)
    .execute()
  const request = { conversationId: ask.conversationId, leafId: ask.answerId, lifetimeDays: null } as const
  const share = async (over: object = {}, now = NOW) => {
    const made = await createShare(db, owner, { ...request, ...over }, now)
    if (!made) throw new Error('nothing was shared')
    return made
  }
  return { owner, ask, request, share }
}

onEveryDatabase('sharing', (db) => {
  it('shows the branch as it was, and nothing that leads to its owner', async () => {
    const { owner, ask, share } = await answered(db())
    const { id } = await share()
    expect(id).toMatch(/^[\w-]{22}$/)
    await storeTurn(
      db(),
      owner,
      { ...newQuestion(), ...{ conversationId: ask.conversationId, parentId: ask.answerId } },
      NOW,
    )
    const shared = await findShare(db(), id, NOW)
    expect(shared).toEqual({
      title: '镜子是什么？',
      createdAt: NOW,
      messages: [
        {
          role: 'user',
          parts: [{ type: 'text', text: '镜子是什么？' }],
          status: 'complete',
          model: null,
          files: 0,
        },
        {
          role: 'assistant',
          parts: [
            { type: 'text', text: 'A **mirror**.' },
            { type: 'source', id: 's1', url: 'https://example.org/', title: 'Mirrors' },
          ],
          status: 'complete',
          model: 'gpt-test',
          files: 1,
        },
      ],
    })
    const text = JSON.stringify(shared)
    for (const secret of ['secret', owner, ask.conversationId, ask.answerId])
      expect(text).not.toContain(secret)
  })

  it('is made, listed and withdrawn by the owner of the conversation only', async () => {
    const { owner, request, share } = await answered(db())
    const made = await share()
    expect(await createShare(db(), 'other', request, NOW)).toBeNull()
    expect(await createShare(db(), owner, { ...request, leafId: crypto.randomUUID() }, NOW)).toBeNull()
    expect(await listShares(db(), owner, NOW)).toEqual([made])
    expect(await listShares(db(), 'other', NOW)).toEqual([])
    expect(await revokeShare(db(), 'other', made.id)).toBe(false)
    expect(await findShare(db(), made.id, NOW)).not.toBeNull()
    expect(await revokeShare(db(), owner, made.id)).toBe(true)
    expect(await findShare(db(), made.id, NOW)).toBeNull()
    expect(await revokeShare(db(), owner, made.id)).toBe(false)
  })

  it('ends with its time, and is then erased', async () => {
    const { owner, share } = await answered(db())
    const { id, expiresAt } = await share({ lifetimeDays: 1 })
    const forever = await share()
    expect(expiresAt).toBe(NOW + DAY_MS)
    expect(await findShare(db(), id, NOW + DAY_MS - 1)).not.toBeNull()
    expect(await findShare(db(), id, NOW + DAY_MS)).toBeNull()
    expect(await listShares(db(), owner, NOW + DAY_MS)).toEqual([forever])
    await eraseDue(expiredShares, db(), NOW + DAY_MS)
    expect(await findShare(db(), id, NOW)).toBeNull()
    expect(await findShare(db(), forever.id, NOW)).not.toBeNull()
  })

  it('is hidden while its conversation is deleted, moves with its owner, and goes with the erasure', async () => {
    const { owner, ask, share } = await answered(db())
    const { id } = await share()
    const detail = await getConversation(db(), owner, ask.conversationId)
    const revision = detail?.revision ?? -1
    await changeConversation(db(), owner, ask.conversationId, { revision, deleted: true }, NOW)
    expect(await findShare(db(), id, NOW)).toBeNull()
    expect(await listShares(db(), owner, NOW)).toEqual([])
    await changeConversation(db(), owner, ask.conversationId, { revision: revision + 1, deleted: false }, NOW)
    expect(await findShare(db(), id, NOW)).not.toBeNull()
    await changeOwner(db(), owner, `${owner}-2`)
    expect(await listShares(db(), `${owner}-2`, NOW)).toMatchObject([{ id }])
    await eraseOwner(db(), `${owner}-2`)
    expect(await findShare(db(), id, NOW)).toBeNull()
    const rows = await db().selectFrom('share').select('id').where('id', '=', id).execute()
    expect(rows).toEqual([])
  })

  it('shares no answer that is still being written, and nothing where nothing is said', async () => {
    const { owner, ask, share } = await answered(db())
    await db().updateTable('message').set({ status: 'running' }).where('id', '=', ask.answerId).execute()
    await db()
      .updateTable('run')
      .set({ heartbeat_at: Date.now() })
      .where('message_id', '=', ask.answerId)
      .execute()
    const { id } = await share()
    expect((await findShare(db(), id, NOW))?.messages).toMatchObject([{ role: 'user' }])
    await db().updateTable('message').set({ parts: '[]' }).where('id', '=', ask.questionId).execute()
    await expect(share()).rejects.toMatchObject({ status: 409, code: 'nothing_to_share' })
    expect(await listShares(db(), owner, NOW)).toHaveLength(1)
  })

  it('of a question whose answer is being written is continued all the same', async () => {
    const owner = crypto.randomUUID()
    const ask = newQuestion({ text: 'Still asking' })
    await storeTurn(db(), owner, ask, Date.now()) // Its process is not lost.
    const share = { conversationId: ask.conversationId, leafId: ask.answerId, lifetimeDays: null }
    const { id } = (await createShare(db(), owner, share, NOW)) ?? { id: '' }
    const branch = await findShare(db(), id, NOW)
    if (!branch) throw new Error('there is no such share')
    const [reader, own] = [crypto.randomUUID(), crypto.randomUUID()]
    await continueShare(db(), reader, own, branch, NOW)
    const conversation = await getConversation(db(), reader, own)
    expect(conversation?.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', status: 'interrupted' },
    ])
    const next = newQuestion({ conversationId: own, parentId: conversation?.activeLeafId ?? null })
    expect((await storeTurn(db(), reader, next, NOW)).run).not.toBeNull()
  })

  it('is continued in a conversation of the reader’s, once for each form', async () => {
    const { ask, share } = await answered(db())
    const branch = await findShare(db(), (await share()).id, NOW)
    if (!branch) throw new Error('the share is not there')
    const [reader, id] = [crypto.randomUUID(), crypto.randomUUID()]
    expect(await continueShare(db(), reader, id, branch, NOW)).toBe(true)
    expect(await continueShare(db(), reader, id, branch, NOW)).toBe(true)
    expect(await continueShare(db(), 'somebody else', id, branch, NOW)).toBe(false)
    const copy = await getConversation(db(), reader, id)
    const [question, answer] = copy?.messages ?? []
    expect(copy).toMatchObject({ title: branch.title, activeLeafId: answer?.id, settings: {} })
    expect(copy?.messages).toMatchObject([
      { parentId: null, role: 'user' },
      { parentId: question?.id, role: 'assistant', model: 'gpt-test', status: 'complete' },
    ])
    expect([question?.id, answer?.id]).not.toContain(ask.questionId)
    expect((await searchConversations(db(), reader, '镜子', 10)).hits).toHaveLength(1)
  })
})
