import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { createApiToken, findTokenOwner, listApiTokens, revokeApiToken } from '#lib/accounts/api-tokens.ts'
import { digestOf } from '#lib/accounts/digest.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { claimSite, invitePerson } from '#tests/support/people.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import type { SiteClient } from '#tests/support/site-client.ts'

onEveryDatabase('tokens', (db) => {
  const person = (name: string) => insertAccount(db(), { role: 'user', name, email: `${name}@example.org` })
  const ownerOf = (token: string) => findTokenOwner(db(), digestOf(token))

  it('are told once, kept as a digest, and lead to their account', async () => {
    const ada = await person('ada')
    const { id, token } = await createApiToken(db(), ada, { name: 'laptop' })
    expect(token).toMatch(/^tain-[\w-]{32}$/)
    expect(await ownerOf(token)).toEqual({ id: ada, tokenId: id })
    const rows = await db().selectFrom('api_token').selectAll().where('account_id', '=', ada).execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(await listApiTokens(db(), ada)).toMatchObject([
      { id, name: 'laptop', prefix: token.slice(0, 9), expiresAt: null, usedAt: expect.any(Number) },
    ])
  })

  it('end with their time, their account and their revocation, which only their account can ask for', async () => {
    const [bea, eve] = [await person('bea'), await person('eve')]
    const { id, token } = await createApiToken(db(), bea, { name: 'script', days: 1 })
    expect(await revokeApiToken(db(), eve, id)).toBe(false)
    expect(await ownerOf(token)).not.toBeNull()
    await db()
      .updateTable('api_token')
      .set({ expires_at: Date.now() - 1 })
      .where('id', '=', id)
      .execute()
    expect(await ownerOf(token)).toBeNull()
    await db().updateTable('api_token').set({ expires_at: null }).where('id', '=', id).execute()
    await db().updateTable('account').set({ disabled_at: 1 }).where('id', '=', bea).execute()
    expect(await ownerOf(token)).toBeNull()
    await db().updateTable('account').set({ disabled_at: null }).where('id', '=', bea).execute()
    expect(await ownerOf(token)).not.toBeNull()
    expect(await revokeApiToken(db(), bea, id)).toBe(true)
    expect(await ownerOf(token)).toBeNull()
    const { token: last } = await createApiToken(db(), bea, { name: 'x' })
    await db().deleteFrom('account').where('id', '=', bea).execute()
    expect(await ownerOf(last)).toBeNull()
  })

  it('are at most fifty, however many are asked for at once', async () => {
    const cy = await person('cy')
    const made = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) => createApiToken(db(), cy, { name: String(i) })),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    await expect(createApiToken(db(), cy, { name: 'one more' })).rejects.toMatchObject({
      code: 'too_many_tokens',
    })
    expect(await listApiTokens(db(), cy)).toHaveLength(50)
  })
})

describe('a site with people', () => {
  const OWNER_CODE = 'canary-owner-code-0123'
  let upstream: DemoUpstream
  let site: Site
  let ada: SiteClient
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    site = await startNodeSite({
      env: { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'canary-upstream-key', OWNER_CODE },
    })
    ada = await invitePerson(site.url, await claimSite(site.url, OWNER_CODE), 'Ada')
  })
  afterAll(async () => {
    await site.stop()
    await upstream.close()
  })

  it('serves their programs, until a token is revoked', async () => {
    const response = await ada.post('/api/account/tokens', { name: 'notebook' })
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { id, token } = await response.json()
    const client = new OpenAI({ baseURL: site.baseUrl, apiKey: token, maxRetries: 0 })
    const ask = () =>
      client.chat.completions.create({ model: 'tain-demo', messages: [{ role: 'user', content: 'Hi' }] })
    expect((await ask()).choices[0]?.message.content).toBeTruthy()
    expect(upstream.received.at(-1)?.headers.authorization).toBe('Bearer canary-upstream-key')
    expect(await (await ada.fetch('/api/account/tokens')).json()).toMatchObject({
      tokens: [{ id, name: 'notebook', prefix: token.slice(0, 9) }],
    })
    const revoked = await ada.fetch('/api/account/tokens', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    })
    expect(revoked.status).toBe(204)
    await expect.poll(() => ask().catch((error) => error.status), { timeout: 5_000, interval: 200 }).toBe(401)
    expect(site.output()).not.toContain(token)
    expect(site.output()).not.toMatch(/canary-upstream/)
  })

  it('refuses what no token can be', async () => {
    for (const body of [{}, { name: '' }, { name: 'x', days: 0 }, { name: 'x', more: 1 }]) {
      expect((await ada.post('/api/account/tokens', body)).status).toBe(400)
    }
  })
})
