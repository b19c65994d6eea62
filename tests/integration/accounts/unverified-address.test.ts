import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OidcProvider, signInBy, startProviderOfSite } from '#tests/support/oidc-provider.ts'
import { claimSite, invitePerson, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import type { SiteClient } from '#tests/support/site-client.ts'
import { unzip } from '#tests/support/unzip.ts'

/** A provider that leaves `email_verified` out, as Entra ID does, or says that nobody has looked. */

const OWNER_CODE = 'owner-code-of-unverified'
let oidc: OidcProvider
let site: Site
let owner: SiteClient

beforeAll(async () => {
  const provider = await startProviderOfSite()
  oidc = provider.oidc
  site = await startNodeSite({ env: { ...provider.env, OWNER_CODE, PROVIDER_SIGN_UP: 'open' } })
  owner = await claimSite(site.url, OWNER_CODE)
})
afterAll(async () => {
  await site.stop()
  await oidc.close()
})

const signIn = (client: SiteClient, subject: string, asked?: object) =>
  signInBy(oidc, subject, client, site.url, asked)

/** Who the browser is signed in as. */
async function whoIs(client: SiteClient): Promise<{ id: string; name: string; email: string | null }> {
  const files = await unzip(await client.fetch('/api/export?format=zip'))
  return JSON.parse(files.get('account.json') ?? '').account
}

describe.each([
  ['left out', 'Fay', {}],
  ['false', 'Gro', { email_verified: false }],
])('an address whose verification is %s', (_, name, verification) => {
  const subject = crypto.randomUUID()

  it('opens an account of its own, known by issuer and subject alone', async () => {
    oidc.people.set(subject, { name: 'Enno', email: 'enno@example.org', ...verification })
    const [here, there] = [remoteClient(site.url), remoteClient(site.url)]
    expect(await signIn(here, subject)).toBe('/')
    const enno = await whoIs(here)
    expect(enno).toMatchObject({ name: 'Enno', email: null, emailConfirmedAt: null })
    oidc.people.set(subject, { name: 'Enno', email: 'other@example.org', ...verification })
    expect(await signIn(there, subject)).toBe('/')
    expect((await whoIs(there)).id).toBe(enno.id)

    // Another person of the provider's with the same address is another person here.
    const another = crypto.randomUUID()
    oidc.people.set(another, { name: 'Not Enno', email: 'other@example.org', ...verification })
    expect(await signIn(there, another)).toBe('/')
    expect((await whoIs(there)).id).not.toBe(enno.id)
  })

  it('never opens the account that has it here, be it the owner’s', async () => {
    const impostor = crypto.randomUUID()
    oidc.people.set(impostor, { name: 'Eve', email: 'owner@example.org', ...verification })
    const eve = remoteClient(site.url)
    expect(await signIn(eve, impostor)).toBe('/')
    expect(await whoIs(eve)).toMatchObject({ name: 'Eve', role: 'user', email: null })
    expect((await eve.fetch('/console/people')).status).toBe(404)
  })

  it('is no obstacle to linking, by which the account keeps its own', async () => {
    const person = await invitePerson(site.url, owner, name)
    const known = crypto.randomUUID()
    oidc.people.set(known, { name, email: `${name.toLowerCase()}@example.org`, ...verification })
    expect(await signIn(person, known, { link: true })).toBe('/')
    const elsewhere = remoteClient(site.url)
    expect(await signIn(elsewhere, known)).toBe('/')
    expect(await whoIs(elsewhere)).toMatchObject({ name, email: `${name.toLowerCase()}@example.org` })
  })
})

it('an account without an address keeps its only way in, with a password too', async () => {
  const subject = crypto.randomUUID()
  oidc.people.set(subject, { name: 'Ole' })
  const ole = remoteClient(site.url)
  expect(await signIn(ole, subject)).toBe('/')
  expect((await ole.post('/api/account/password', { password: PASSWORD })).status).toBe(204)
  const unlinked = await ole.fetch('/api/account/links', {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: '{"provider":"oidc"}',
  })
  expect([unlinked.status, (await unlinked.json()).error.code]).toEqual([409, 'last_way_in'])
})
