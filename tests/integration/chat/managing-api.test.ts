import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Conversation, SearchAnswer } from '#lib/chat/contract.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'

let upstream: DemoUpstream
let site: Site
let person: SiteClient
let stranger: SiteClient
let conversation: Conversation

beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  site = await startNodeSite({ env: upstreamSettings(upstream) })
  stranger = createSiteClient(site.url)
  await readRun(stranger.send(newQuestion()))
})
afterAll(async () => {
  await site.stop()
  await upstream.close()
})
beforeEach(async () => {
  upstream.reset()
  upstream.script(answer.text('锡汞齐，也叫 Tain。'))
  person = createSiteClient(site.url)
  const question = newQuestion({ text: '镜子背面是什么？' })
  await readRun(person.send(question))
  conversation = await person.conversation(question.conversationId)
})

const patch = (who: SiteClient, body: unknown, headers: Record<string, string> = {}) =>
  who.fetch(`/api/conversations/${conversation.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const listed = async (path = '/api/conversations') => {
  const { conversations }: { conversations: Conversation[] } = await (await person.fetch(path)).json()
  return conversations.map(({ id }) => id)
}
const search = async (who: SiteClient, query: string): Promise<SearchAnswer> =>
  await (await who.post('/api/search', { query })).json()

describe('managing over HTTP', () => {
  it('changes the settings that are named and keeps the others', async () => {
    const { revision } = conversation
    const set = await patch(person, { revision, settings: { model: 'tain-demo-fast', temperature: 1 } })
    expect(await set.json()).toMatchObject({ settings: { model: 'tain-demo-fast', temperature: 1 } })
    const stale = await patch(person, { revision, settings: { model: 'tain-demo' } })
    expect(stale.status).toBe(409)
    const taken = await patch(person, {
      revision: revision + 1,
      settings: { temperature: null, instructions: 'Be brief.' },
    })
    expect((await taken.json()).settings).toEqual({ model: 'tain-demo-fast', instructions: 'Be brief.' })
    for (const settings of [{ temperature: 3 }, { model: 'a b' }, { instructions: 'a\0b' }, { other: 1 }]) {
      expect((await patch(person, { revision: revision + 2, settings })).status).toBe(400)
    }
    expect((await patch(stranger, { revision: revision + 2, settings: { temperature: 1 } })).status).toBe(404)
  })

  it('answers a change with what it made, and a stale one with 409 and what is there', async () => {
    const { revision } = conversation
    const renamed = await patch(person, { revision, title: '  By\thand ' })
    expect([renamed.status, await renamed.json()]).toEqual([
      200,
      expect.objectContaining({ title: 'By hand', titleSource: 'person', revision: revision + 1 }),
    ])
    const stale = await patch(person, { revision, pinned: true })
    expect([stale.status, await stale.json()]).toEqual([
      409,
      {
        error: { code: 'stale', message: expect.stringMatching(/\.$/) },
        conversation: expect.objectContaining({ title: 'By hand', pinnedAt: null }),
      },
    ])
  })

  it('moves between the list, the archive and nowhere', async () => {
    let { revision } = conversation
    const change = async (change: object) => {
      const response = await patch(person, { revision, ...change })
      revision = (await response.json()).revision
      return [await listed(), await listed('/api/conversations?archived')]
    }
    const { id } = conversation
    expect(await change({ archived: true })).toEqual([[], [id]])
    expect(await change({ deleted: true })).toEqual([[], []])
    expect((await person.fetch(`/api/conversations/${id}`)).status).toBe(404)
    expect(await change({ deleted: false, archived: false })).toEqual([[id], []])
  })

  it.each([
    ['no revision', { title: 'T' }, 'revision'],
    ['nothing to change', { revision: 0 }, 'revision'],
    ['nothing at all', {}, 'revision'],
    ['a branch and a title', { activeLeafId: crypto.randomUUID(), title: 'T', revision: 1 }, 'activeLeafId'],
    ['an empty title', { revision: 1, title: ' \u0000 ' }, 'title'],
    ['a title that is too long', { revision: 1, title: 'x'.repeat(201) }, 'title'],
    ['a revision that is none', { revision: 2 ** 40, pinned: true }, 'revision'],
    ['a time of its own', { revision: 1, pinned: 5 }, 'pinned'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const response = await patch(person, body)
    expect([response.status, (await response.json()).error.field]).toEqual([400, field])
    expect((await person.conversation(conversation.id)).revision).toBe(conversation.revision)
  })

  it('keeps strangers and foreign pages out', async () => {
    const change = { revision: conversation.revision, deleted: true }
    expect((await patch(stranger, change)).status).toBe(404)
    expect((await patch(createSiteClient(site.url), change)).status).toBe(404)
    expect((await patch(person, change, { origin: 'https://evil.example' })).status).toBe(403)
    expect(await listed()).toEqual([conversation.id])
  })
})

describe('search over HTTP', () => {
  it('finds an answer by two Chinese characters, with where they are', async () => {
    const { hits, more } = await search(person, '汞齐')
    expect(more).toBe(false)
    expect(hits).toMatchObject([
      { conversation: { id: conversation.id }, snippet: { text: '锡汞齐，也叫 Tain。', ranges: [[1, 3]] } },
    ])
  })

  it('finds nothing for others, for nobody and for no words', async () => {
    expect((await search(stranger, '汞齐')).hits).toEqual([])
    expect((await search(createSiteClient(site.url), '汞齐')).hits).toEqual([])
    expect((await search(person, ' ')).hits).toEqual([])
  })

  it('refuses what is not a search, and foreign pages', async () => {
    const statuses = [
      (await person.post('/api/search', { query: 'x'.repeat(201) })).status,
      (await person.post('/api/search', { query: 'x', owner: 'me' })).status,
      (await person.post('/api/search', { query: 'x', limit: 1_000 })).status,
      (
        await person.fetch('/api/search', {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
          body: '{"query":"x"}',
        })
      ).status,
    ]
    expect(statuses).toEqual([400, 400, 400, 403])
  })
})
