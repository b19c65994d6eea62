import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { changeOwner, eraseOwner } from '#lib/chat/change-owner.ts'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import type { SendRequest } from '#lib/chat/contract.ts'
import { deletedConversations } from '#lib/chat/conversation-purge.ts'
import { dropUpload, unusedFiles } from '#lib/chat/files/collect-files.ts'
import { findFile } from '#lib/chat/files/file-rows.ts'
import { keepUpload } from '#lib/chat/files/keep-file.ts'
import { forkConversation } from '#lib/chat/fork-conversation.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { findAnswer, loadBranch } from '#lib/chat/runs/run-store.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { sendMessage } from '#lib/chat/send-message.ts'
import { eraseDue } from '#lib/db/expiring.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { drawing, memoryStore, pdf, photo } from '#tests/support/files.ts'
import { newQuestion } from '#tests/support/site-client.ts'
import { gatewayAt, turnDependencies } from '#tests/support/turns.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

onEveryDatabase('attached files', (db) => {
  const store = memoryStore()
  const limits = { maxBytes: 20 * 1024 ** 2, maxBytesInAll: 1024 ** 3 }

  const keep = (owner: string, name: string, bytes: Uint8Array | string, over = {}) => {
    const body = new Uint8Array(Buffer.from(bytes))
    const request = new Request('http://site/api/files', { method: 'POST', body })
    return keepUpload({ db: db(), store, ...limits, ...over }, owner, name, request)
  }

  async function ask(
    owner: string,
    files: FilePart[],
    over: Partial<Ask> = {},
    gateway: Partial<ChatGateway> = {},
  ) {
    const request = newQuestion({ files: files.map(({ fileId: id, name }) => ({ id, name })), ...over })
    const chat = gatewayAt(upstream, { api: 'chat', ...gateway })
    await sendMessage(turnDependencies(db(), store, chat), owner, request)
    await findLiveRun(request.answerId)?.finished
    return request
  }
  type Ask = Extract<SendRequest, { kind: 'ask' }>

  const answerTo = async (owner: string, { answerId }: Ask) =>
    (await findAnswer(db(), owner, answerId))?.answer
  /** What upstream was asked so far. */
  const sentBodies = () =>
    Promise.all(
      upstream.received
        .filter(({ method }) => method === 'POST')
        .map(async ({ body }) => JSON.parse((await body).toString())),
    )

  it('go with a question, in the shape of each API, and are described by the demo', async () => {
    const picture = await keep('ada', 'sea.jpg', await photo())
    const paper = await keep('ada', 'paper.pdf', pdf('Silver.'))
    const notes = await keep('ada', 'notes.docx', '# Notes')
    const asked = await ask('ada', [picture, paper, notes])
    const named = {
      openai: { vision: true },
      offer: { named: [{ id: 'tain-demo', vision: true }], others: true },
    }
    await ask('ada', [picture, paper, notes], {}, { ...named, api: 'responses' })

    const [chat, responses] = await sentBodies()
    const [image, paperText, notesText, question] = chat.messages[0].content
    expect(image.image_url.url).toMatch(/^data:image\/jpeg;base64,/)
    expect(paperText.text).toMatch(/"paper\.pdf".*\n----- begin (\w{8}) -----\nSilver\.\n----- end \1 -----$/)
    expect(notesText.text).toMatch(
      /"notes\.docx", only the text of the document,.*\n----- begin \w{8} -----\n# Notes\n/,
    )
    expect(question.text).toBe(asked.text)
    expect(responses.input[0].content.map(({ type }: { type: string }) => type)).toEqual([
      'input_image',
      'input_file',
      'input_text',
      'input_text',
    ])
    const answer = await answerTo('ada', asked)
    expect(answer?.status).toBe('complete')
    expect(JSON.stringify(answer?.parts)).toContain('an image, 480 × 640')
    expect(JSON.stringify(answer?.parts)).toContain('notes.docx**: text (lines: 1)')
    const [stored] = await loadBranch(db(), asked.conversationId, asked.answerId)
    expect(stored?.parts).toEqual([picture, paper, notes, { type: 'text', text: asked.text }])
    const { hits } = await searchConversations(db(), 'ada', 'sea.jpg', 10)
    expect(hits.map(({ messageId }) => messageId)).toContain(asked.questionId)
  })

  it('are never dropped in silence when the model cannot see', async () => {
    const blind = { offer: { named: [{ id: 'tain-demo', vision: false }], others: true } }
    const picture = await keep('ada', 'sea.png', await drawing())
    const asked = await ask('ada', [picture], { text: '' }, blind)
    expect(await answerTo('ada', asked)).toMatchObject({ status: 'failed', error: { code: 'no_vision' } })
    expect(await sentBodies()).toEqual([])

    const next = { conversationId: asked.conversationId, parentId: asked.answerId, text: 'And without?' }
    expect(await answerTo('ada', await ask('ada', [], next, blind))).toMatchObject({ status: 'complete' })
    expect(JSON.stringify(await sentBodies())).toContain('which you cannot see')
  })

  it('are stored once for an owner, and are nothing to anybody else', async () => {
    const bytes = await drawing(20, 20, '#123456')
    const first = await keep('bob', 'a.png', bytes)
    const again = await keep('bob', 'b.png', bytes)
    const hers = await keep('eve', 'a.png', bytes)
    expect(again).toEqual({ ...first, name: 'b.png' })
    expect(hers.fileId).not.toBe(first.fileId)
    expect(await findFile(db(), 'eve', first.fileId)).toBeUndefined()
    await expect(ask('eve', [first])).rejects.toMatchObject({ status: 409, code: 'file_gone' })
    expect(await dropUpload(db(), store, 'eve', first.fileId)).toBe(false)
  })

  it('are refused beyond what one person may keep, and leave nothing behind', async () => {
    await expect(keep('max', 'a.txt', 'abcdef', { maxBytes: 5 })).rejects.toMatchObject({ status: 413 })
    await keep('max', 'a.txt', 'abc')
    await expect(keep('max', 'b.txt', 'defg', { maxBytesInAll: 6 })).rejects.toMatchObject({
      code: 'files_full',
    })
    const cut = new ReadableStream({ start: (stream) => stream.error(new Error('gone')) })
    const broken = new Request('http://site/', { method: 'POST', body: cut, duplex: 'half' } as RequestInit)
    const aborted = keepUpload({ db: db(), store, ...limits }, 'max', 'd.txt', broken)
    await expect(aborted).rejects.toMatchObject({ status: 400, code: 'upload_aborted' })
    const full = { ...store, put: async () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })) }
    await expect(keep('max', 'c.txt', 'ghi', { store: full })).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await keep('max', 'c.txt', 'ghi')).toMatchObject({ bytes: 3 })
  })

  it('go with their conversation, its copies counted, and unused ones after a day', async () => {
    const now = Date.now()
    const [unused, used] = [await keep('joe', 'x.txt', 'unused'), await keep('joe', 'y.txt', 'used')]
    const asked = await ask('joe', [used])
    const fork = { id: crypto.randomUUID(), messageId: asked.answerId, title: 'Fork' }
    await forkConversation(db(), 'joe', asked.conversationId, fork, now)
    const isThere = async ({ fileId }: FilePart) => (await findFile(db(), 'joe', fileId)) !== undefined

    await eraseDue(unusedFiles(store, 1), db(), now + DAY_MS / 2)
    expect([await isThere(unused), await isThere(used)]).toEqual([true, true])
    await eraseDue(unusedFiles(store, 1), db(), now + 2 * DAY_MS)
    expect([await isThere(unused), await isThere(used)]).toEqual([false, true])

    const conversations = [asked.conversationId, fork.id]
    for (const [index, id] of conversations.entries()) {
      await db().updateTable('conversation').set({ deleted_at: now }).where('id', '=', id).execute()
      await eraseDue(deletedConversations(30), db(), now + 31 * DAY_MS)
      await eraseDue(unusedFiles(store, 1), db(), now + 31 * DAY_MS)
      expect(await isThere(used)).toBe(index === 0)
    }
    expect(store.keys().some((key) => key.includes(used.fileId))).toBe(false)
  })

  it('move with a guest who signs in, and go with whoever is erased', async () => {
    const file = await keep('guest', 'z.txt', 'mine')
    await ask('guest', [file])
    await changeOwner(db(), 'guest', 'account')
    expect(await findFile(db(), 'guest', file.fileId)).toBeUndefined()
    expect(await findFile(db(), 'account', file.fileId)).toBeDefined()
    await eraseOwner(db(), 'account', store)
    expect(store.keys().some((key) => key.includes(file.fileId))).toBe(false)
    expect(await db().selectFrom('file').select('id').where('id', '=', file.fileId).execute()).toEqual([])
  })
})
