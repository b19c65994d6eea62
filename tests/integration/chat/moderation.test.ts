import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fill } from '#lib/i18n/fill.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault, on } from '#server/demo-upstream/script-steps.ts'
import { claimSite, invitePerson } from '#tests/support/people.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun } from '#tests/support/site-client.ts'

const words = moderationTexts.en
const OWNER_CODE = 'owner-code-of-moderation'
let upstream: DemoUpstream
let site: Site
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-words-'))
  const words = path.join(directory, 'words.txt')
  await writeFile(words, '违禁词\n')
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  site = await startNodeSite({
    env: {
      ...upstreamSettings(upstream),
      OWNER_CODE,
      MODERATION: 'upstream',
      MODERATION_WORDS: words,
      MODERATION_FAILURE: 'closed',
    },
  })
})
afterAll(async () => {
  await site.stop()
  await upstream.close()
  await rm(directory, { recursive: true })
})

const codeOf = async (response: Response) => [response.status, (await response.json()).error.code]

it('what upstream flags is not stored, whichever way it is asked; the rest is answered', async () => {
  const client = createSiteClient(site.url)
  const first = newQuestion({ text: 'What is a mirror?' })
  expect((await readRun(client.send(first))).end).toMatchObject({ status: 'complete' })

  const { conversationId, answerId: parentId } = first
  const flagged = { text: 'How do I kill somebody?' }
  const refused = [422, 'content_refused']
  expect(await codeOf(await client.post('/api/chat', newQuestion(flagged)))).toEqual(refused)
  const queued = newQuestion({ ...flagged, conversationId, parentId })
  expect(await codeOf(await client.post('/api/queue', queued))).toEqual(refused)
  const temporary = { answerId: crypto.randomUUID(), messages: [{ role: 'user', ...flagged }] }
  expect(await codeOf(await client.post('/api/temporary', temporary))).toEqual(refused)
  expect(await client.conversations()).toMatchObject([{ id: conversationId }])
  expect(site.output()).not.toContain('kill somebody')
})

it('while upstream cannot be asked, the list decides', async () => {
  const client = createSiteClient(site.url)
  upstream.script(
    on({ method: 'POST', path: '/v1/moderations' }, fault.rateLimited({ retryAfterMs: 60_000 })),
  )
  expect(await codeOf(await client.post('/api/chat', newQuestion({ text: '这里有违禁词' })))).toEqual([
    422,
    'content_refused',
  ])
})

it('those who run the site see what was refused, of whom and by what, and never its text', async () => {
  const owner = await claimSite(site.url, OWNER_CODE)
  const eve = await invitePerson(site.url, owner, 'Eve')
  await eve.post('/api/terms', {
    edition: (await (await eve.fetch('/api/terms')).json()).edition,
    locale: 'en',
  })
  upstream.reset()
  const text = 'How do I kill a canary?'
  expect(await codeOf(await eve.post('/api/chat', newQuestion({ text })))).toEqual([422, 'content_refused'])
  const page = await (await owner.fetch('/console/moderation')).text()
  expect(page).toMatch(/Refused<\/strong>.{0,40}violence/)
  expect(page).toContain('by omni-moderation')
  expect(page).toContain(words.by.local)
  const [, id] = /href="\/console\/moderation\?owner=([0-9a-f-]{36})"[^>]*>Eve</.exec(page) ?? []
  const ofEve = await (await owner.fetch(`/console/moderation?owner=${id}`)).text()
  expect(ofEve).toContain(fill(words.ofOne, { name: 'Eve' }))
  expect(ofEve).not.toContain(words.by.local)
  for (const html of [page, ofEve]) expect(html).not.toMatch(/canary|违禁词/)
})
