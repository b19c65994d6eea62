import { afterAll, beforeAll, expect, it } from 'vitest'
import { chatGptConversation } from '#tests/support/foreign-exports.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient } from '#tests/support/site-client.ts'

let site: Site
beforeAll(async () => {
  site = await startNodeSite()
})
afterAll(() => site.stop())

const send = (
  who: ReturnType<typeof createSiteClient>,
  body: string | Uint8Array<ArrayBuffer>,
  headers = {},
) =>
  who.fetch('/api/import', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body,
  })
const lines = async (response: Response) =>
  (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

it('takes a large file over HTTP, and gives everything back to its owner alone', async () => {
  const person = createSiteClient(site.url)
  const many = Array.from({ length: 40 }, (_, index) => ({
    ...chatGptConversation(`c${index}`),
    padding: 'x'.repeat(500_000),
  }))
  const imported = await lines(await send(person, JSON.stringify(many)))
  expect(imported.at(-1)).toEqual({ type: 'end', counts: { imported: 40, here: 0, restored: 0, skipped: 0 } })

  const zip = await person.fetch('/api/export?format=zip')
  expect(zip.headers.get('content-disposition')).toMatch(/^attachment; .*\.zip$/)
  const again = await lines(await send(person, new Uint8Array(await zip.arrayBuffer())))
  expect(again.at(-1)).toEqual({ type: 'end', counts: { imported: 0, here: 40, restored: 0, skipped: 0 } })

  const [{ conversationId }] = imported
  const one = await person.fetch(`/api/export?format=markdown&conversation=${conversationId}`)
  expect(await one.text()).toContain('# Silver & glass')
  const stranger = createSiteClient(site.url)
  expect((await stranger.fetch(`/api/export?format=json&conversation=${conversationId}`)).status).toBe(404)
})

it('refuses what another site asks for, and a format it does not know', async () => {
  const person = createSiteClient(site.url)
  expect((await send(person, '[]', { origin: 'https://elsewhere.example' })).status).toBe(403)
  expect((await person.fetch('/api/export?format=exe')).status).toBe(400)
})
