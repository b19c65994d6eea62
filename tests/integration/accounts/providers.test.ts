import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OidcProvider, startProviderOfSite } from '#tests/support/oidc-provider.ts'
import { claimSite, invitePerson, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, type SiteClient } from '#tests/support/site-client.ts'

const OWNER_CODE = 'owner-code-of-providers'
let oidc: OidcProvider
let gitHub: Awaited<ReturnType<typeof startFakeGitHub>>
let site: Site
let owner: SiteClient

beforeAll(async () => {
  const provider = await startProviderOfSite()
  oidc = provider.oidc
  gitHub = await startFakeGitHub()
  site = await startNodeSite({
    env: {
      ...provider.env,
      OWNER_CODE,
      GUESTS: 'open',
      OIDC_NAME: 'Example Ltd',
      AUTH_GITHUB_ID: 'github-client',
      AUTH_GITHUB_SECRET: 'canary-github-secret',
      AUTH_GITHUB_URL: gitHub.url,
      PROVIDER_EMAIL_DOMAINS: 'example.org, example.com',
      PROVIDER_SIGN_UP: 'open',
    },
  })
  owner = await claimSite(site.url, OWNER_CODE)
})
afterAll(async () => {
  await site.stop()
  await oidc.close()
  gitHub.server.close()
})
beforeEach(() => {
  oidc.visitor = undefined
})

/** Begins as the button does; gives where the browser goes then. */
async function begin(client: SiteClient, provider = 'oidc', asked: object = {}): Promise<string> {
  const { csrfToken } = await (await client.fetch('/api/auth/csrf')).json()
  const answer = await client.post(`/api/auth/signin/${provider}`, { csrfToken, ...asked })
  const { url, error } = await answer.json()
  if (!url) throw new Error(`${answer.status} ${error?.code}`)
  return url
}

const through = (start: string) => oidc.through(start, site.url)

/** Comes back to the site; gives where it leads. */
async function back(client: SiteClient, url: string): Promise<string> {
  const { pathname, search } = new URL(url)
  const response = await client.fetch(pathname + search, { redirect: 'manual' })
  expect(response.status).toBe(303)
  return response.headers.get('location') ?? ''
}

const goThrough = async (client: SiteClient, provider = 'oidc', asked: object = {}) =>
  back(client, await through(await begin(client, provider, asked)))

const accountPage = async (client: SiteClient) => {
  const response = await client.fetch('/account', { redirect: 'manual' })
  return response.status === 200 ? await response.text() : response.status
}

const unlink = (client: SiteClient, provider: string) =>
  client.fetch('/api/account/links', {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider }),
  })

describe('signing in at an OpenID Connect provider', () => {
  it('makes an account with a session of ours, to which the guest’s conversations move', async () => {
    oidc.people.set('s-1', { name: 'Ida', email: 'Ida@example.org', email_verified: true })
    oidc.visitor = 's-1'
    const guest = createSiteClient(site.url)
    const question = newQuestion()
    await (await guest.post('/api/chat', question)).body?.cancel()
    expect(await goThrough(guest, 'oidc', { next: '/account?x=1' })).toBe('/account?x=1')
    expect(await guest.conversations()).toMatchObject([{ id: question.conversationId }])
    const page = await accountPage(guest)
    expect(page).toContain('ida@example.org')
    expect(page).toContain('this browser')

    // The issuer's id is who somebody is: a new name and address change nothing.
    oidc.people.set('s-1', { name: 'Ida B', email: 'new@example.com', email_verified: true })
    const elsewhere = remoteClient(site.url)
    expect(await goThrough(elsewhere)).toBe('/')
    expect(await accountPage(elsewhere)).toContain('ida@example.org')

    // Sessions are ours, so they can be ended from elsewhere.
    const ended = await elsewhere.fetch('/api/account/sessions', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(ended.status).toBe(204)
    expect(await accountPage(guest)).toBe(307)
  })

  it('asks with state, nonce and PKCE, for an answer under the public address', async () => {
    const url = new URL(await begin(remoteClient(site.url)))
    const asked = Object.fromEntries(url.searchParams)
    expect(asked).toMatchObject({
      redirect_uri: `${site.url}/api/auth/callback/oidc`,
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email profile',
    })
    for (const check of ['state', 'nonce', 'code_challenge']) expect(asked[check]?.length).toBeGreaterThan(40)
  })

  it('takes nothing that was not begun in this browser, was changed on the way, or was used', async () => {
    oidc.people.set('s-2', { name: 'Eve', email: 'eve@example.org', email_verified: true })
    oidc.visitor = 's-2'
    const other = remoteClient(site.url)
    const answer = await through(await begin(other))
    const victim = remoteClient(site.url)
    expect(await back(victim, answer)).toBe('/sign-in?problem=too_late&with=oidc')
    await begin(victim)
    expect(await back(victim, answer)).toBe('/sign-in?problem=failed&with=oidc')
    expect(await accountPage(victim)).toBe(307)

    const forged = new URL(answer)
    forged.searchParams.set('state', 'x'.repeat(43))
    expect(await back(other, forged.href)).toBe('/sign-in?problem=failed&with=oidc')
    expect(await accountPage(other)).toBe(307)

    const once = await through(await begin(other))
    expect(await back(other, once)).toBe('/')
    expect(await back(other, once)).toBe('/sign-in?problem=too_late&with=oidc')
  })

  it('begins only from a page of the site, with its token', async () => {
    const client = remoteClient(site.url)
    await expect(begin(client, 'oidc', { csrfToken: 'another' })).rejects.toThrow('403 foreign_origin')
    await expect(begin(client, 'google')).rejects.toThrow('404 not_found')
    await expect(begin(client, 'oidc', { link: true })).rejects.toThrow('401 sign_in_required')
    const evil = { method: 'POST', headers: { origin: 'https://evil.example' } }
    expect((await client.fetch('/api/auth/signin/oidc', evil)).status).toBe(403)
    // Nothing else of next-auth is there.
    for (const path of ['session', 'providers', 'signin', 'signout', 'error', '_log']) {
      expect((await client.fetch(`/api/auth/${path}`)).status).toBe(404)
    }
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example\t',
    'javascript:alert(1)',
    '/api/account',
  ])('goes to no other place afterwards: %s', async (next) => {
    oidc.people.set('s-3', { name: 'Ned', email: 'ned@example.org', email_verified: true })
    oidc.visitor = 's-3'
    expect(await goThrough(remoteClient(site.url), 'oidc', { next })).toBe('/')
  })

  it('says why it came to nothing', async () => {
    const client = remoteClient(site.url)
    expect(await goThrough(client)).toBe('/sign-in?problem=denied&with=oidc')
    const page = await (await client.fetch('/sign-in?problem=denied&with=oidc')).text()
    expect(page).toContain('Example Ltd was told no')
    const broken = await begin(client)
    const state = new URL(broken).searchParams.get('state')
    expect(await back(client, `${site.url}/api/auth/callback/oidc?error=server_error&state=${state}`)).toBe(
      '/sign-in?problem=provider_error&with=oidc',
    )
    oidc.people.set('s-4', { name: 'Una', email: 'una@example.org', email_verified: false })
    oidc.visitor = 's-4'
    expect(await goThrough(client)).toBe('/sign-in?problem=email_unverified&with=oidc')
    oidc.people.set('s-4', { name: 'Una', email: 'una@evil.example', email_verified: true })
    expect(await goThrough(client)).toBe('/sign-in?problem=wrong_domain&with=oidc')
    expect(await accountPage(client)).toBe(307)
  })
})

it('the page for new accounts says which way is open', async () => {
  const page = await (await remoteClient(site.url).fetch('/sign-up')).text()
  expect(page).toContain('you get an account at once')
  expect(page).not.toContain('New accounts are made by invitation here')
})

describe('an account with a password', () => {
  it('is not opened by its address alone, and is linked and unlinked by its holder', async () => {
    const grace = await invitePerson(site.url, owner, 'Grace')
    oidc.people.set('s-5', { name: 'Grace', email: 'grace@example.org', email_verified: true })
    oidc.visitor = 's-5'
    const stranger = remoteClient(site.url)
    expect(await goThrough(stranger)).toBe('/sign-in?problem=link_first&with=oidc')
    expect(await accountPage(stranger)).toBe(307)

    // Linking is for the session that began it.
    const asked = await through(await begin(grace, 'oidc', { link: true }))
    await grace.post('/api/account/sign-out')
    expect(await back(grace, asked)).toBe('/account?problem=other_session&with=oidc')
    expect(await goThrough(stranger)).toBe('/sign-in?problem=link_first&with=oidc')

    await grace.post('/api/account/sign-in', { email: 'grace@example.org', password: PASSWORD })
    expect(await goThrough(grace, 'oidc', { link: true })).toBe('/')
    expect(await accountPage(grace)).toContain('Unlink Example Ltd')
    expect(await goThrough(stranger)).toBe('/')
    expect(await accountPage(stranger)).toContain('grace@example.org')

    // Whom another account has cannot be taken from it.
    expect(await goThrough(owner, 'oidc', { link: true })).toBe('/account?problem=linked_elsewhere&with=oidc')

    expect((await unlink(grace, 'oidc')).status).toBe(204)
    expect((await unlink(grace, 'oidc')).status).toBe(404)
    expect(await goThrough(remoteClient(site.url))).toBe('/sign-in?problem=link_first&with=oidc')
  })

  it('that was closed stays closed', async () => {
    const people = (await (await owner.fetch('/console/people')).text()).replaceAll('\\"', '"')
    const id = /"id":"([0-9a-f-]{36})","role":"user","name":"Ned"/.exec(people)?.[1]
    const closed = await owner.fetch(`/api/console/accounts/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"disabled":true}',
    })
    expect(closed.status).toBe(204)
    oidc.visitor = 's-3'
    expect(await goThrough(remoteClient(site.url))).toBe('/sign-in?problem=account_closed&with=oidc')
  })

  it('keeps a last way in', async () => {
    oidc.visitor = 's-1'
    const ida = remoteClient(site.url)
    await goThrough(ida)
    const refused = await unlink(ida, 'oidc')
    expect([refused.status, (await refused.json()).error.code]).toEqual([409, 'last_way_in'])
    expect((await ida.post('/api/account/password', { password: PASSWORD })).status).toBe(204)
    expect((await unlink(ida, 'oidc')).status).toBe(204)
    const signIn = { email: 'ida@example.org', password: PASSWORD }
    expect((await remoteClient(site.url).post('/api/account/sign-in', signIn)).status).toBe(204)
  })
})

it('GitHub vouches with its primary, verified address, not with the public one', async () => {
  const client = remoteClient(site.url)
  gitHub.addresses = [
    { email: 'olga@example.org', primary: false, verified: true },
    { email: 'Octo@example.org', primary: true, verified: true },
  ]
  expect(await goThrough(client, 'github')).toBe('/')
  expect(await accountPage(client)).toContain('octo@example.org')
  gitHub.addresses = [{ email: 'octo@example.org', primary: true, verified: false }]
  expect(await goThrough(client, 'github')).toBe('/sign-in?problem=email_unverified&with=github')
})

it('tells no secret to the log', () => {
  expect(site.output()).toContain('"event":"sign_in_failed"')
  expect(site.output()).not.toContain('Warning')
  for (const secret of ['canary', 'grace@example.org', 'code=']) expect(site.output()).not.toContain(secret)
})

/** What GitHub answers for one person, as its documentation has it. */
async function startFakeGitHub() {
  const fake = { addresses: [] as object[], url: '', server: undefined as unknown as Server }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', fake.url)
    const json = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (pathname === '/login/oauth/authorize') {
      const to = new URL(searchParams.get('redirect_uri') ?? '')
      to.searchParams.set('code', 'a-code')
      to.searchParams.set('state', searchParams.get('state') ?? '')
      return response.writeHead(302, { location: to.href }).end()
    }
    if (pathname === '/login/oauth/access_token') {
      return json({ access_token: 'canary-token', token_type: 'bearer', scope: 'read:user,user:email' })
    }
    if (request.headers.authorization !== 'Bearer canary-token') return response.writeHead(401).end()
    if (pathname === '/api/v3/user') return json({ id: 7, login: 'octo', email: 'olga@example.org' })
    if (pathname === '/api/v3/user/emails') return json(fake.addresses)
    return response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.server = server
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return fake
}
