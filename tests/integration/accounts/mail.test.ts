import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendMail } from '#lib/accounts/mail/send-mail.ts'
import { provideConfig } from '#lib/config.ts'
import { mailTexts } from '#lib/i18n/rooms/mail.ts'
import { type MailServer, startMailServer } from '#tests/support/mail-server.ts'
import { signInBy, startProviderOfSite } from '#tests/support/oidc-provider.ts'
import { claimSite, invitePerson, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import type { SiteClient } from '#tests/support/site-client.ts'

const OWNER_CODE = 'owner-code-of-the-mail'
let mail: MailServer
let provider: Awaited<ReturnType<typeof startProviderOfSite>>
let site: Site
let owner: SiteClient
/** What the site said before it was started anew. */
let said = ''

beforeAll(async () => {
  mail = await startMailServer()
  provider = await startProviderOfSite()
  const { PORT, SITE_URL } = provider.env
  site = await startNodeSite({
    env: {
      PORT,
      SITE_URL,
      OWNER_CODE,
      SIGN_UP: 'open',
      SITE_NAME: 'Mirror',
      SMTP_URL: mail.url,
      MAIL_FROM: 'Mirror <no-reply@example.org>',
      TRUSTED_PROXIES: '127.0.0.1',
    },
  })
  owner = await claimSite(site.url, OWNER_CODE)
})
afterAll(async () => {
  await site.stop()
  await mail.close()
  await provider.oidc.close()
})

const person = (name: string) => ({
  name,
  email: `${name.toLowerCase()}@example.org`,
  password: PASSWORD,
})
const accountPage = async (client: SiteClient) => await (await client.fetch('/account')).text()

it('open sign-up lets as many in from one place as a class, and tells as few addresses', async () => {
  const taken = { ...person('Somebody'), email: 'owner@example.org' }
  const statuses = []
  for (let i = 0; i < 31; i++) {
    const answer = await remoteClient(site.url).fetch('/api/account/sign-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.77' },
      body: JSON.stringify(taken),
    })
    statuses.push(answer.status)
  }
  expect(statuses).toEqual([...Array(30).fill(409), 429])
})

describe('an address', () => {
  it('is confirmed by a link that was sent to it, once, in whichever browser', async () => {
    expect((await mail.next()).to).toEqual(['owner@example.org'])
    expect(await accountPage(owner)).toContain(mailTexts.en.unconfirmed.title)
    const ida = remoteClient(site.url)
    expect((await ida.post('/api/account/sign-up', person('Ida'))).status).toBe(204)
    const letter = await mail.next()
    expect(letter.to).toEqual(['ida@example.org'])
    expect(letter.content).toContain('From: Mirror <no-reply@example.org>')
    expect(letter.content).toContain(`${site.url}/confirm#${letter.code}`)

    const elsewhere = remoteClient(site.url)
    expect((await elsewhere.post('/api/account/confirm', { code: 'a wrong code' })).status).toBe(403)
    expect(
      (await elsewhere.post('/api/account/reset', { code: letter.code, password: PASSWORD })).status,
    ).toBe(403)
    expect((await elsewhere.post('/api/account/confirm', { code: letter.code })).status).toBe(204)
    expect((await elsewhere.post('/api/account/confirm', { code: letter.code })).status).toBe(403)
    expect(await accountPage(ida)).not.toContain('not confirmed')
  })

  it('is sent at most three links to confirm it, and the letter speaks the reader’s language', async () => {
    const sent = mail.received.length
    for (let i = 0; i < 5; i++) {
      const asked = await owner.fetch('/api/account/confirmation', {
        method: 'POST',
        headers: { 'accept-language': 'zh-CN' },
      })
      expect(asked.status).toBe(204)
      // The one of the claim is not used either.
      if (i < 2) expect((await mail.next()).content).toContain('请打开下面的链接确认')
    }
    expect(await invitePerson(site.url, owner, 'Joan')).toBeTruthy()
    expect((await mail.next()).to).toEqual(['joan@example.org'])
    expect(mail.received.length).toBe(sent + 3)
  })
})

describe('a forgotten password', () => {
  const forgot = (email: string, address = '192.0.2.1') =>
    remoteClient(site.url).fetch('/api/account/forgot', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email }),
    })

  it('is replaced by a link that works once, ends every session and confirms the address', async () => {
    const joan = remoteClient(site.url)
    const signIn = (password: string) =>
      joan.post('/api/account/sign-in', { email: 'joan@example.org', password })
    await signIn(PASSWORD)
    expect((await forgot('Joan@example.org')).status).toBe(204)
    const first = await mail.next()
    expect(first.to).toEqual(['joan@example.org'])
    expect(first.content).toContain(`${site.url}/reset#${first.code}`)
    await forgot('joan@example.org')
    const second = await mail.next()

    const reset = { code: first.code, password: 'another quiet mirror' }
    expect((await joan.post('/api/account/reset', reset)).status).toBe(204)
    expect((await joan.post('/api/account/reset', reset)).status).toBe(403)
    // A link that was sent before is worth nothing now.
    expect((await joan.post('/api/account/reset', { ...reset, code: second.code })).status).toBe(403)
    expect((await joan.fetch('/account', { redirect: 'manual' })).status).toBe(307)
    expect((await signIn(PASSWORD)).status).toBe(403)
    expect((await signIn('another quiet mirror')).status).toBe(204)
    expect(await accountPage(joan)).not.toContain('not confirmed')
  })

  it('is asked about with the same answer whoever has an account, and ten times an hour', async () => {
    const sent = mail.received.length
    const answers = []
    for (const email of ['nobody@example.org', 'ida@example.org']) {
      const response = await forgot(email, '192.0.2.2')
      answers.push([response.status, await response.text(), [...response.headers.keys()].sort()])
    }
    expect(answers[0]).toEqual(answers[1])
    expect((await mail.next()).to).toEqual(['ida@example.org'])
    expect(mail.received.length).toBe(sent + 1)
    const statuses = []
    for (let i = 0; i < 12; i++) statuses.push((await forgot('nobody@example.org', '192.0.2.3')).status)
    expect(statuses).toEqual([...Array(10).fill(204), 429, 429])
  })
})

it('a confirmed address opens its account to a provider that verified it too, and no other', async () => {
  await site.kill('SIGTERM')
  said = site.output()
  const { dataDir } = site
  site = await startNodeSite({
    dataDir,
    env: {
      ...provider.env,
      GATEWAY_TOKENS: 'tain-0123456789012345678901234',
      AUTH_SECRET: 'another-secret-of-the-mail-test-0123',
    },
  })
  const { oidc } = provider
  const come = (subject: string, email: string, email_verified: boolean) => {
    oidc.people.set(subject, { email, email_verified })
    return signInBy(oidc, subject, remoteClient(site.url), site.url)
  }
  expect(await come('s-ida', 'ida@example.org', false)).toContain('problem=not_invited')
  expect(await come('s-ida', 'ida@example.org', true)).toBe('/')
  expect(await come('s-owner', 'owner@example.org', true)).toContain('problem=link_first')
})

it('a server that cannot encrypt, or whose certificate nobody vouches for, is told nothing', async () => {
  for (const offersTls of [false, true]) {
    const server = await startMailServer({ offersTls })
    provideConfig({
      SITE_URL: 'https://chat.example.org',
      SMTP_URL: server.url.replace('?tls=off', ''),
      MAIL_FROM: 'no-reply@example.org',
    })
    await expect(sendMail({ to: 'ada@example.org', subject: 'x', text: 'x' })).rejects.toThrow()
    expect(server.received).toEqual([])
    await server.close()
  }
})

it('tells no link and no address to the log', () => {
  const codes = mail.received.flatMap(({ code }) => code ?? [])
  expect(codes.length).toBeGreaterThan(5)
  for (const secret of ['canary', '@example.org', ...codes])
    expect(said + site.output()).not.toContain(secret)
})
