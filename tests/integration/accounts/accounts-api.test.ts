import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FILE_NAME_HEADER } from '#lib/chat/files/file-kinds.ts'
import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { claimSite, invitePerson, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'

const OWNER_CODE = 'canary-owner-code-0123'
let upstream: DemoUpstream
let site: Site
let owner: SiteClient

const environment = () => ({
  ...upstreamSettings(upstream, 'canary-upstream-key'),
  OWNER_CODE,
  TRUSTED_PROXIES: '127.0.0.1',
  SIGN_IN_HEADER: 'X-Forwarded-Email',
  AUTH_SECRET: 'canary-auth-secret-one-0123456789abc',
})

beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  site = await startNodeSite({ env: environment() })
})
afterAll(async () => {
  await site.stop()
  await upstream.close()
})

const codeOf = async (response: Response) => [response.status, (await response.json()).error.code]
/** From an address of its own, so that its wrong tries count for nobody else. */
const from = (address: string, client: SiteClient) => (path: string, body: unknown) =>
  client.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  })

describe('a fresh site', () => {
  it('lets whoever sits at it chat at once, and nobody else', async () => {
    const local = createSiteClient(site.url)
    expect((await readRun(local.send(newQuestion()))).end).toMatchObject({ status: 'complete' })
    const remote = remoteClient(site.url)
    expect(await codeOf(await remote.post('/api/chat', newQuestion()))).toEqual([401, 'sign_in_required'])
    const page = await remote.fetch('/', { redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([307, '/welcome'])
    // Neither an address that somebody claims nor a forged mark makes anybody local.
    const forgeries: Record<string, string>[] = [
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-tain-visitor': 'x %7B%22isLocal%22%3Atrue%7D', via: 'x' },
    ]
    for (const headers of forgeries) {
      const forged = await createSiteClient(site.url).fetch('/', { headers, redirect: 'manual' })
      expect(forged.status).toBe(307)
    }
  })

  it('shows a share to everybody, and has those sign in who want to continue it', async () => {
    const local = createSiteClient(site.url)
    const { conversationId, answerId: leafId, ...question } = newQuestion()
    await readRun(local.send({ conversationId, answerId: leafId, ...question }))
    const share = await local.post('/api/shares', { conversationId, leafId, lifetimeDays: 7 })
    const { id } = await share.json()
    const remote = remoteClient(site.url)
    const page = await remote.fetch(`/share/${id}`)
    expect([page.status, page.headers.get('x-robots-tag')]).toEqual([200, 'noindex, nofollow, noarchive'])
    const html = await page.text()
    for (const secret of [conversationId, leafId, question.questionId]) expect(html).not.toContain(secret)
    const form = { method: 'POST', body: new URLSearchParams(), redirect: 'manual' } as const
    const answer = await remote.fetch(`/share/${id}/continue`, form)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/sign-in?next=/share/${id}`])
  })

  it('says where to become its owner, and has one owner with one code', async () => {
    expect(site.output()).toContain(`/welcome#${OWNER_CODE}`)
    const claim = { code: 'a wrong code', name: 'Eve', email: 'eve@example.org', password: PASSWORD }
    expect(await codeOf(await remoteClient(site.url).post('/api/account/claim', claim))).toEqual([
      403,
      'wrong_code',
    ])
    owner = await claimSite(site.url, OWNER_CODE)
    const again = { ...claim, code: OWNER_CODE }
    expect(await codeOf(await remoteClient(site.url).post('/api/account/claim', again))).toEqual([
      409,
      'has_owner',
    ])
    const page = await remoteClient(site.url).fetch('/c/0b7b1f8e-0000-4000-8000-000000000000', {
      redirect: 'manual',
    })
    expect(page.headers.get('location')).toBe('/sign-in?next=/c/0b7b1f8e-0000-4000-8000-000000000000')
  })
})

describe('people', () => {
  it('bring along what they wrote as guests', async () => {
    const guest = createSiteClient(site.url)
    const question = newQuestion()
    await readRun(guest.send(question))
    await invitePerson(site.url, owner, 'Grace', guest)
    expect(await guest.conversations()).toMatchObject([{ id: question.conversationId }])
    const elsewhere = remoteClient(site.url)
    const signedIn = await elsewhere.post('/api/account/sign-in', {
      email: 'Grace@Example.org ',
      password: PASSWORD,
    })
    expect(signedIn.status).toBe(204)
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=lax/i)
    expect(await (await elsewhere.fetch('/api/conversations')).json()).toMatchObject({
      conversations: [{ id: question.conversationId }],
    })
  })

  it('need an invitation unless sign-up is open, and errors name the field', async () => {
    const post = remoteClient(site.url).post
    const person = { name: 'Eve', email: 'eve@example.org', password: PASSWORD }
    expect(await codeOf(await post('/api/account/sign-up', person))).toEqual([403, 'invitation_needed'])
    for (const [field, value] of [
      ['email', 'eve'],
      ['password', 'short'],
      ['name', ''],
    ] as const) {
      const response = await post('/api/account/sign-up', { ...person, [field]: value })
      expect((await response.json()).error).toMatchObject({ code: 'bad_request', field })
    }
    expect((await post('/api/account/sign-up', { ...person, role: 'owner' })).status).toBe(400)
  })

  it('get ten wrong tries per address', async () => {
    const attacker = from('192.0.2.7', remoteClient(site.url))
    const wrong = { email: 'grace@example.org', password: 'guess' }
    const statuses = []
    for (let i = 0; i < 12; i++) statuses.push((await attacker('/api/account/sign-in', wrong)).status)
    expect(statuses).toEqual([...Array(10).fill(403), 429, 429])
    expect((await attacker('/api/account/access-code', { code: 'a wrong code' })).status).toBe(429)
    const other = from('192.0.2.8', remoteClient(site.url))
    expect((await other('/api/account/sign-in', { ...wrong, password: PASSWORD })).status).toBe(204)
  })

  it('redeem a code once, and get ten wrong ones per address', async () => {
    const margaret = await invitePerson(site.url, owner, 'Margaret')
    const made = await owner.post('/api/console/redeem-batches', { name: 'Spring', count: 2, cost: 5 })
    const [first, second] = (await made.json()).codes
    const redeem = from('192.0.2.9', margaret)
    const added = await redeem('/api/account/redeem', { code: first })
    expect(await added.json()).toEqual({ tokens: 0, cost: 5, days: 0, quota: {} })
    const statuses = []
    for (let i = 0; i < 11; i++) {
      statuses.push((await redeem('/api/account/redeem', { code: first })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(403), 429])
    const late = await redeem('/api/account/redeem', { code: second })
    expect(await codeOf(late)).toEqual([429, 'too_many_tries'])
    expect((await from('192.0.2.10', margaret)('/api/account/redeem', { code: second })).status).toBe(200)
    const nothing = await owner.post('/api/console/redeem-batches', { name: 'Nothing', count: 1 })
    expect((await nothing.json()).error).toMatchObject({ code: 'bad_request', field: 'tokens' })
  })

  it('are signed out elsewhere by a new password, and by a link of the owner’s', async () => {
    const here = await invitePerson(site.url, owner, 'Linus')
    const there = remoteClient(site.url)
    const signIn = (password: string) =>
      there.post('/api/account/sign-in', { email: 'linus@example.org', password })
    await signIn(PASSWORD)
    const change = { current: PASSWORD, password: 'another quiet mirror' }
    expect((await there.post('/api/account/password', { ...change, current: 'wrong' })).status).toBe(403)
    expect((await there.post('/api/account/password', change)).status).toBe(204)
    const rename = (client: SiteClient) =>
      client.fetch('/api/account', {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Linus T' }),
      })
    expect((await rename(here)).status).toBe(401)
    expect((await rename(there)).status).toBe(204)

    const people = await (await owner.fetch('/console/people')).text()
    const id = /"id":"([0-9a-f-]{36})","role":"user","name":"Linus T"/.exec(
      people.replaceAll('\\"', '"'),
    )?.[1]
    const link = await (await owner.post(`/api/console/accounts/${id}/reset-link`)).json()
    const reset = { code: link.path.split('#')[1], password: 'the third quiet mirror' }
    expect((await here.post('/api/account/reset', reset)).status).toBe(204)
    expect((await here.post('/api/account/reset', reset)).status).toBe(403)
    expect((await rename(there)).status).toBe(401)
    expect((await signIn('the third quiet mirror')).status).toBe(204)
  })

  it('are who a trusted proxy says, and nobody who says so himself', async () => {
    const behind = (name: string, peer: string) =>
      createSiteClient(site.url).fetch('/account', {
        redirect: 'manual',
        headers: { 'x-forwarded-email': name, 'x-forwarded-for': peer },
      })
    expect((await behind('tilde@example.org', '192.0.2.9')).status).toBe(200)
    expect(await (await behind('tilde@example.org', '192.0.2.9')).text()).toContain('tilde@example.org')
  })

  it('get a session of their own when they sign in, and the one before ends', async () => {
    const jar = new Map<string, string>()
    const mary = remoteClient(site.url, jar)
    // Somebody else put this guest into her browser, and knows its cookie.
    const planted = createSiteClient(site.url, jar)
    await readRun(planted.send(newQuestion()))
    const guest = new Map(jar)
    await invitePerson(site.url, owner, 'Mary', mary)
    const [first, second] = [new Map(jar), jar]
    const makesToken = async (cookies: Map<string, string>) =>
      (await remoteClient(site.url, new Map(cookies)).post('/api/account/tokens', { name: 'x' })).status
    expect([await makesToken(guest), await makesToken(first)]).toEqual([401, 201])
    const signIn = { email: 'mary@example.org', password: PASSWORD }
    expect((await mary.post('/api/account/sign-in', signIn)).status).toBe(204)
    expect([await makesToken(first), await makesToken(second)]).toEqual([401, 201])
  })

  it('are found on their page by name and address, without scripts', async () => {
    await invitePerson(site.url, owner, 'Hopper')
    const find = async (query: string, path = '/console/people') => {
      const page = await (await owner.fetch(`${path}?${query}`)).text()
      expect(page).toContain('method="get"')
      // Without what scripts read.
      return page.replace(/<script.*?<\/script>/gs, '')
    }
    const found = await find('q=HOPPER%40&role=user&state=open')
    expect(found).toContain('hopper@example.org')
    expect(found).not.toContain('owner@example.org')
    expect(found).toContain('value="HOPPER@"')
    for (const query of ['q=hopper&state=closed', 'q=hopper&role=admin', 'q=%25', 'q=%00*']) {
      expect(await find(query)).toContain(accountTexts.en.people.nobody)
    }
    const quotas = await find('q=HOPPER%40', '/console/quotas')
    expect(quotas).toContain('hopper@example.org')
    expect(quotas).not.toContain('linus@example.org')
    expect(await find('q=linus%40', '/console/quotas')).toContain('linus@example.org')
    expect(await find('q=%25', '/console/quotas')).toContain(quotaTexts.en.nobodyFound)
    // What is not understood changes nothing.
    expect(await find('q=hopper&role=god&before=yesterday&state=x&state=y')).toContain('hopper@example.org')
  })

  it('may come with an access code until it is withdrawn', async () => {
    const { code } = await (await owner.post('/api/console/access-codes', { name: 'Family' })).json()
    const aunt = remoteClient(site.url)
    expect((await aunt.post('/api/account/access-code', { code })).status).toBe(204)
    expect((await aunt.fetch('/api/conversations')).status).toBe(200)
    expect((await aunt.post('/api/chat', newQuestion())).status).toBe(200)
    const page = (await (await owner.fetch('/console/people')).text()).replaceAll('\\"', '"')
    const id = /"id":"([0-9a-f-]{36})","name":"Family"/.exec(page)?.[1]
    const withdrawn = await owner.fetch(`/api/console/access-codes/${id}`, { method: 'DELETE' })
    expect(withdrawn.status).toBe(204)
    expect((await aunt.post('/api/chat', newQuestion())).status).toBe(401)
  })

  it('upload no more at a time than their quota says, nor in what they import', async () => {
    const [emmy, sofia] = [
      await invitePerson(site.url, owner, 'Emmy'),
      await invitePerson(site.url, owner, 'Sofia'),
    ]
    const upload = (client: SiteClient, path: string, body: string | Uint8Array<ArrayBuffer>) =>
      client.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', [FILE_NAME_HEADER]: 'long.txt' },
        body,
      })
    const long = 'A mirror is a window that looks back. '.repeat(2_000)
    const { fileId, name } = await (await upload(emmy, '/api/files', long)).json()
    await readRun(emmy.send(newQuestion({ files: [{ id: fileId, name }] })))
    const zip = new Uint8Array(await (await emmy.fetch('/api/export?format=zip')).arrayBuffer())
    expect(zip.length).toBeLessThan(long.length)

    const allow = async (quota: object) => {
      const body = JSON.stringify({ role: 'user', quota })
      const headers = { 'content-type': 'application/json' }
      expect((await owner.fetch('/api/console/quotas', { method: 'PUT', headers, body })).status).toBe(204)
    }
    await allow({ uploadBytes: zip.length })
    expect(await codeOf(await upload(sofia, '/api/files', long))).toEqual([413, 'too_large'])
    const larger = new Uint8Array(zip.length + 1)
    expect(await codeOf(await upload(sofia, '/api/import', larger))).toEqual([413, 'too_large'])
    const lines = (await (await upload(sofia, '/api/import', zip)).text()).trim().split('\n')
    const { conversationId } = JSON.parse(lines[0] ?? '')
    const [question] = (await sofia.conversation(conversationId)).messages
    expect(question?.parts).toContainEqual({ type: 'text', text: '[long.txt]' })
    await allow({})
    expect((await upload(sofia, '/api/files', long)).status).toBe(201)
  })

  it('erase themselves with a receipt', async () => {
    const here = await invitePerson(site.url, owner, 'Alan')
    expect((await here.post('/api/chat', newQuestion())).status).toBe(200)
    const erase = (body: unknown) =>
      here.fetch('/api/account', {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await erase({ password: PASSWORD })).status).toBe(400)
    expect(await (await erase({ password: PASSWORD, sure: true })).json()).toMatchObject({
      erased: { counts: { conversations: 1, messages: 2 } },
    })
    const again = { email: 'alan@example.org', password: PASSWORD }
    expect((await here.post('/api/account/sign-in', again)).status).toBe(403)
  })
})

it('a new secret signs nobody out, and secrets are told to nobody', async () => {
  const env = environment()
  await site.kill('SIGTERM')
  const { dataDir } = site
  const text = site.output().replace(`/welcome#${OWNER_CODE}`, '')
  for (const secret of ['canary', PASSWORD]) expect(text).not.toContain(secret)
  site = await startNodeSite({
    dataDir,
    env: {
      ...env,
      GATEWAY_TOKENS: 'tain-0123456789012345678901234',
      AUTH_SECRET: 'canary-auth-secret-two-0123456789abc',
      AUTH_SECRET_PREVIOUS: env.AUTH_SECRET,
      PORT: new URL(site.url).port,
    },
  })
  expect((await owner.fetch('/console/people')).status).toBe(200)
  expect(site.output()).not.toContain('/welcome#')
})
