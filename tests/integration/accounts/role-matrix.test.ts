import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { claimSite, invitePerson, remoteClient } from '#tests/support/people.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { newQuestion, type SiteClient } from '#tests/support/site-client.ts'

/**
 * Every route of the site as everybody sees it (`trust.md` check 36). Routes are read from the folder `app`: one that has
 * no line here fails, so that whoever adds a route has to say who may use it. `ada` owns what is asked for.
 */

type Who = 'nobody' | 'guest' | 'ada' | 'other' | 'admin' | 'owner'
const everybody = ['nobody', 'guest', 'ada', 'other', 'admin', 'owner'] as const

interface Rule {
  query?: string
  body?: unknown
  /** The status for each of `everybody`, in that order; one number is for all. */
  expect: number | readonly [number, number, number, number, number, number]
}

const nobodysId = '0b7b1f8e-0000-4000-8000-000000000000'
const question = newQuestion()
const folderId = crypto.randomUUID()
const own = [404, 404, 200, 404, 404, 404] as const
const admins = [401, 401, 404, 404, 404, 404] as const
const wrongCode = { body: { code: 'wrong code' }, expect: 403 }

/** By method and route; `[id]` becomes Ada's conversation, answer, share, file or folder, or an id that is nobody's. */
const rules: Record<string, Rule> = {
  'GET /': { expect: 200 },
  'GET /c/[id]': { expect: own },
  'GET /terms': { expect: 200 },
  'GET /privacy': { expect: 200 },
  'GET /sign-in': { expect: 200 },
  'GET /sign-up': { expect: 200 },
  'GET /forgot': { expect: 200 },
  'GET /reset': { expect: 200 },
  'GET /confirm': { expect: 200 },
  'GET /welcome': { expect: 200 },
  'GET /account': { expect: [307, 200, 200, 200, 200, 200] },
  'GET /console': { expect: [404, 404, 404, 404, 307, 307] },
  'GET /console/people': { expect: [404, 404, 404, 404, 200, 200] },
  'GET /console/quotas': { expect: [404, 404, 404, 404, 200, 200] },
  'GET /healthz': { expect: 200 },
  'GET /readyz': { expect: 200 },
  'GET /api/[...nowhere]': { expect: 404 },
  'POST /api/chat': {
    body: {
      kind: 'regenerate',
      conversationId: question.conversationId,
      questionId: question.questionId,
      answerId: crypto.randomUUID(),
    },
    expect: own,
  },
  'GET /api/conversations': { expect: 200 },
  'GET /api/conversations/[id]': { expect: own },
  'PATCH /api/conversations/[id]': {
    body: { activeLeafId: question.answerId },
    expect: [404, 404, 204, 404, 404, 404],
  },
  'GET /share/[id]': { expect: 200 },
  // Everybody may, and gets a conversation of their own.
  'POST /share/[id]/continue': { expect: 303 },
  // Anybody may; without a reason it says so.
  'POST /share/[id]/report': { expect: 400 },
  'POST /api/reports': {
    body: { messageId: question.answerId, reason: 'wrong' },
    expect: [401, 404, 204, 404, 404, 404],
  },
  'GET /console/moderation': { expect: [404, 404, 404, 404, 200, 200] },
  'GET /console/reports': { expect: [404, 404, 404, 404, 200, 200] },
  'PATCH /api/console/reports/[id]': { body: { action: 'dismissed' }, expect: admins },
  'GET /api/shares': { expect: 200 },
  'POST /api/shares': {
    body: { conversationId: question.conversationId, leafId: question.answerId, lifetimeDays: null },
    expect: own,
  },
  'DELETE /api/shares/[id]': { expect: [404, 404, 204, 404, 404, 404] },
  'POST /api/conversations/[id]/forks': {
    body: { id: crypto.randomUUID(), messageId: question.answerId, title: 'Fork' },
    expect: own,
  },
  'POST /api/conversations/changes': {
    body: { ids: [question.conversationId], change: { archived: false } },
    expect: 200,
  },
  'POST /api/folders': {
    body: { id: folderId, name: 'Mirrors' },
    // Made by Ada; whoever else comes with its id is to make another.
    expect: [409, 409, 200, 409, 409, 409],
  },
  'PATCH /api/folders/[id]': { body: { isCollapsed: true }, expect: [404, 404, 204, 404, 404, 404] },
  'DELETE /api/folders/[id]': { expect: [404, 404, 204, 404, 404, 404] },
  'POST /api/files': { body: 'a text', expect: 201 },
  'GET /api/files/[id]': { expect: own },
  'DELETE /api/files/[id]': { expect: [404, 404, 204, 404, 404, 404] },
  // Behind an answer that has ended, it is asked at once.
  'POST /api/queue': {
    body: newQuestion({ conversationId: question.conversationId, parentId: question.answerId }),
    expect: own,
  },
  'PATCH /api/queue/[id]': { body: { revision: 0, isHeld: true }, expect: 404 },
  'DELETE /api/queue/[id]': { expect: 404 },
  // Everybody who may chat, and nothing of it is anybody's.
  'POST /api/temporary': {
    body: { answerId: crypto.randomUUID(), messages: [{ role: 'user', text: 'x' }] },
    expect: 200,
  },
  'GET /api/terms': { expect: 200 },
  'POST /api/terms': { body: { edition: '0'.repeat(64), locale: 'en' }, expect: 409 },
  'GET /api/quota': { expect: 200 },
  'GET /api/models': { expect: 200 },
  'GET /api/prompts': { expect: 200 },
  'POST /api/prompts': { body: { prompts: [{ id: nobodysId, title: 'x', text: 'x' }] }, expect: 200 },
  'DELETE /api/prompts/[id]': { expect: [401, 204, 204, 204, 204, 204] },
  'GET /api/settings': { expect: 200 },
  'PATCH /api/settings': { body: { sendKey: 'enter' }, expect: 200 },
  'GET /api/export': { query: `?format=json&conversation=${question.conversationId}`, expect: own },
  'POST /api/export': {
    body: { conversations: [question.conversationId] },
    // What is somebody else's is left out.
    expect: [404, 200, 200, 200, 200, 200],
  },
  'POST /api/import': { body: [], expect: 200 },
  'POST /api/search': { body: { query: 'mirror' }, expect: 200 },
  'GET /api/messages/[id]/events': { expect: own },
  'GET /api/messages/[id]/raw': { expect: own },
  'GET /api/messages/[id]/receipts': { expect: own },
  'PUT /api/messages/[id]/rating': { body: { rating: 'good' }, expect: [404, 404, 204, 404, 404, 404] },
  'POST /api/messages/[id]/stop': { expect: [404, 404, 204, 404, 404, 404] },
  'POST /api/account/sign-in': { body: { email: 'x@example.org', password: 'x' }, expect: 403 },
  'POST /api/account/sign-up': {
    body: { name: 'x', email: 'x@example.org', password: 'a long password' },
    expect: 403,
  },
  'POST /api/account/claim': {
    body: { code: 'wrong code', name: 'x', email: 'x@example.org', password: 'a long password' },
    expect: 403,
  },
  'POST /api/account/access-code': wrongCode,
  'POST /api/account/redeem': { body: { code: 'wrong code' }, expect: [401, 401, 403, 403, 403, 409] },
  'POST /api/account/reset': { body: { code: 'wrong code', password: 'a long password' }, expect: 403 },
  // No e-mail is sent here; `mail.test.ts` has a site that does.
  'POST /api/account/forgot': { body: { email: 'x@example.org' }, expect: 404 },
  'POST /api/account/confirmation': { expect: [401, 401, 404, 404, 404, 404] },
  'POST /api/account/confirm': wrongCode,
  'POST /api/account/password': {
    body: { current: 'wrong', password: 'a long password' },
    expect: [401, 401, 403, 403, 403, 403],
  },
  'POST /api/account/sign-out': { expect: 204 },
  'DELETE /api/account/sessions': { body: { id: nobodysId }, expect: [401, 401, 404, 404, 404, 404] },
  'PATCH /api/account': { body: { name: 'Ada' }, expect: [401, 401, 204, 204, 204, 204] },
  'DELETE /api/account': { body: { sure: true, password: 'wrong' }, expect: [401, 200, 403, 403, 403, 409] },
  'GET /api/account/tokens': { expect: [401, 401, 200, 200, 200, 200] },
  'POST /api/account/tokens': { body: { name: 'x' }, expect: [401, 401, 201, 201, 201, 201] },
  'DELETE /api/account/tokens': { body: { id: nobodysId }, expect: [401, 401, 404, 404, 404, 404] },
  'DELETE /api/account/links': { body: { provider: 'oidc' }, expect: [401, 401, 404, 404, 404, 404] },
  // No provider is set here; `providers.test.ts` has sites with some.
  'GET /api/auth/csrf': { expect: 404 },
  'POST /api/auth/signin/[provider]': { body: { csrfToken: 'x' }, expect: 404 },
  'GET /api/auth/callback/[provider]': { expect: 404 },
  'POST /api/console/invitations': { expect: [401, 401, 404, 404, 200, 200] },
  'POST /api/console/access-codes': { body: { name: 'x' }, expect: [401, 401, 404, 404, 200, 200] },
  'PUT /api/console/access-codes/[id]': { body: { quota: { streams: 5 } }, expect: admins },
  'DELETE /api/console/access-codes/[id]': { expect: admins },
  'PATCH /api/console/accounts/[id]': { body: { disabled: true }, expect: admins },
  'GET /api/console/quotas': { expect: [401, 401, 404, 404, 200, 200] },
  'PUT /api/console/quotas': {
    body: { role: 'admin', quota: { messagesPerHour: 1_000 } },
    expect: [401, 401, 404, 404, 404, 204],
  },
  'PUT /api/console/quotas/[id]': { body: { quota: { streams: 5 } }, expect: admins },
  'POST /api/console/redeem-batches': {
    body: { name: 'x', count: 1, tokens: 1 },
    expect: [401, 401, 404, 404, 201, 201],
  },
  'DELETE /api/console/redeem-batches/[id]': { expect: admins },
  'GET /console/codes': { expect: [404, 404, 404, 404, 200, 200] },
  'GET /api/console/prices': { expect: [401, 401, 404, 404, 200, 200] },
  'PUT /api/console/prices': {
    body: { model: 'x', input: 1, cached: 1, output: 1 },
    expect: [401, 401, 404, 404, 204, 204],
  },
  'DELETE /api/console/prices': { body: { model: 'nobody' }, expect: admins },
  'POST /api/console/accounts/[id]/reset-link': { expect: admins },
}

/** Not the site's: the gateway has tests of its own. */
const elsewhere = ['/v1/[...tainPath]']

const app = path.resolve(import.meta.dirname, '../../../app')

/** Method and route of every page and handler, as Next makes them out of folders. */
function routesOfApp(): string[] {
  return globSync('**/{page.tsx,route.ts}', { cwd: app }).flatMap((file) => {
    const folders = path.dirname(file).split(path.sep)
    const route = `/${folders.filter((name) => name !== '.' && !/^\(.*\)$/.test(name)).join('/')}`
    if (elsewhere.includes(route)) return []
    if (file.endsWith('page.tsx')) return [`GET ${route}`]
    const source = readFileSync(path.join(app, file), 'utf8')
    const methods = [...source.matchAll(/^export (?:async )?function ([A-Z]+)\(/gm)].map((match) => match[1])
    if (methods.length === 0) throw new Error(`no method was found in app/${file}`)
    return methods.map((method) => `${method} ${route}`)
  })
}

const routes = routesOfApp()

it('every route of app/ has a rule, and every rule a route', () => {
  expect(Object.keys(rules).sort()).toEqual([...routes].sort())
})

describe('who may do what', () => {
  const OWNER_CODE = 'owner-code-of-the-matrix'
  let upstream: DemoUpstream
  let site: Site
  let fileId: string
  /** One to be read, and one to be withdrawn. */
  const shareOf: Record<string, string> = {}
  let people: Record<Exclude<Who, 'guest' | 'nobody'>, SiteClient>

  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, record: false })
    // Many wrong tries are made here, each from another address.
    site = await startNodeSite({
      env: {
        ...upstreamSettings(upstream),
        OWNER_CODE,
        GUESTS: 'open',
        TRUSTED_PROXIES: '127.0.0.1',
        GUESTS_PER_ADDRESS: 'off',
      },
    })
    const owner = await claimSite(site.url, OWNER_CODE)
    const [ada, other, admin] = [
      await invitePerson(site.url, owner, 'Ada'),
      await invitePerson(site.url, owner, 'Other'),
      await invitePerson(site.url, owner, 'Admin'),
    ]
    await promote(owner)
    await (await ada.post('/api/chat', question)).text()
    await ada.post('/api/folders', { id: folderId, name: 'Mirrors' })
    fileId = (await (await ada.post('/api/files', 'Mirrors')).json()).fileId
    for (const route of ['/share/', '/api/shares/']) {
      const { conversationId, answerId: leafId } = question
      const made = await ada.post('/api/shares', { conversationId, leafId, lifetimeDays: null })
      shareOf[route] = (await made.json()).id
    }
    people = { ada, other, admin, owner }
  })
  afterAll(async () => {
    await site.stop()
    await upstream.close()
  })

  async function promote(owner: SiteClient) {
    const page = (await (await owner.fetch('/console/people')).text()).replaceAll('\\"', '"')
    const id = /"id":"([0-9a-f-]{36})","role":"user","name":"Admin"/.exec(page)?.[1]
    const response = await owner.fetch(`/api/console/accounts/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"role":"admin"}',
    })
    expect(response.status).toBe(204)
  }

  /** Somebody without an account, who has asked something. */
  let guest: SiteClient | undefined
  async function clientOf(who: Who): Promise<SiteClient> {
    if (who === 'nobody') return remoteClient(site.url)
    if (who !== 'guest') return people[who]
    if (!guest) {
      guest = remoteClient(site.url)
      await (await guest.post('/api/chat', newQuestion())).text()
    }
    return guest
  }

  let addresses = 0
  it.each(routes.filter((route) => route in rules && route !== 'POST /api/account/sign-out'))(
    '%s',
    async (key) => {
      const [method = '', route = ''] = key.split(' ')
      const ids = {
        ...shareOf,
        '/api/files/': fileId,
        '/api/folders/': folderId,
        '/api/messages/': question.answerId,
      }
      const [, id = question.conversationId] =
        Object.entries(ids).find(([start]) => route.startsWith(start)) ?? []
      const target = route.replace('[id]', route.includes('/console/') ? nobodysId : id)
      const { query = '', body, expect: expected } = rules[key] ?? { expect: 0 }
      const statuses = []
      for (const who of everybody) {
        const client = await clientOf(who)
        const response = await client.fetch(target + query, {
          method,
          redirect: 'manual',
          headers: {
            'x-forwarded-for': `192.0.2.${addresses++ % 250}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        })
        await response.body?.cancel()
        statuses.push(response.status)
      }
      // Has erased itself.
      if (key === 'DELETE /api/account') guest = undefined
      expect(statuses).toEqual(typeof expected === 'number' ? Array(6).fill(expected) : expected)
    },
  )

  it.each(routes.filter((route) => !route.startsWith('GET ')))(
    'a page of another site cannot ask for %s',
    async (key) => {
      const [method = '', route = ''] = key.split(' ')
      for (const origin of ['https://evil.example', 'null']) {
        const response = await people.owner.fetch(route.replace('[id]', nobodysId), {
          method,
          headers: { origin, 'content-type': 'application/json' },
          body: JSON.stringify(rules[key]?.body ?? {}),
        })
        expect(response.status).toBe(403)
      }
      // Browsers always tell the origin; whoever does not is none.
      const silent = await fetch(site.url + route.replace('[id]', nobodysId), {
        method,
        headers: { 'content-type': 'application/json', via: '1.1 proxy.example' },
        body: JSON.stringify(rules[key]?.body ?? {}),
      })
      expect(silent.status).toBe(403)
    },
  )

  const send = (client: SiteClient, method: string, path: string, body: unknown) =>
    client.fetch(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('admins have no power over the owner, over admins, or over their own role', async () => {
    const page = (await (await people.owner.fetch('/console/people')).text()).replaceAll('\\"', '"')
    // By now all have been given the same name.
    const idOf = (role: string) => new RegExp(`"id":"([0-9a-f-]{36})","role":"${role}"`).exec(page)?.[1]
    for (const id of [idOf('owner'), idOf('admin')]) {
      expect(id).toBeDefined()
      for (const [method, path, body] of [
        ['PATCH', `/api/console/accounts/${id}`, { disabled: true }],
        ['PATCH', `/api/console/accounts/${id}`, { role: 'user' }],
        ['POST', `/api/console/accounts/${id}/reset-link`, {}],
        ['PUT', `/api/console/quotas/${id}`, { quota: {} }],
      ] as const) {
        expect((await send(people.admin, method, path, body)).status).toBe(404)
      }
    }
    const promotion = { role: 'admin' }
    const other = `/api/console/accounts/${idOf('user')}`
    expect((await send(people.admin, 'PATCH', other, promotion)).status).toBe(404)
    expect((await send(people.owner, 'PATCH', other, { role: 'owner' })).status).toBe(400)
  })

  it('nothing of somebody else’s is reached from within one’s own', async () => {
    const { ada, other } = people
    const [folder, file] = [crypto.randomUUID(), await (await ada.post('/api/files', 'Ada’s')).json()]
    expect((await ada.post('/api/folders', { id: folder, name: 'Ada’s' })).status).toBe(200)
    const own = newQuestion({ text: 'My own' })
    await (await other.post('/api/chat', own)).text()
    const { conversationId, questionId, answerId } = question
    const inOwn = { conversationId: own.conversationId, parentId: own.answerId }
    const { revision } = await other.conversation(own.conversationId)
    for (const [method, path, body, status] of [
      ['POST', '/api/chat', newQuestion({ conversationId, parentId: answerId }), 404],
      ['POST', '/api/chat', newQuestion({ conversationId }), 404],
      ['POST', '/api/chat', newQuestion({ ...inOwn, parentId: answerId }), 409],
      ['POST', '/api/chat', newQuestion({ ...inOwn, questionId }), 409],
      ['POST', '/api/chat', newQuestion({ ...inOwn, answerId }), 409],
      ['POST', '/api/chat', newQuestion({ files: [{ id: file.fileId, name: 'x' }] }), 409],
      ['PATCH', `/api/conversations/${own.conversationId}`, { activeLeafId: answerId }, 404],
      [
        'POST',
        `/api/conversations/${own.conversationId}/forks`,
        { id: crypto.randomUUID(), messageId: answerId, title: 'x' },
        404,
      ],
      [
        'POST',
        '/api/shares',
        { conversationId: own.conversationId, leafId: answerId, lifetimeDays: null },
        404,
      ],
    ] as const) {
      const answer = await send(other, method, path, body)
      expect([path, body, answer.status]).toEqual([path, body, status])
      expect(await answer.text()).not.toContain(question.text)
    }
    // A folder of somebody else's is as one that does not exist.
    const moved = await send(other, 'PATCH', `/api/conversations/${own.conversationId}`, {
      revision,
      folderId: folder,
    })
    expect((await moved.json()).folderId).toBeNull()
    const changed = { ids: [conversationId], change: { deleted: true } }
    expect(await (await send(other, 'POST', '/api/conversations/changes', changed)).json()).toEqual({
      conversations: [],
    })
    expect((await ada.conversation(conversationId)).messages.length).toBeGreaterThan(1)
  })
})
