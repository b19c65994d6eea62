import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { type FakeVault, startFakeVault } from '#tests/support/fake-vault.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'

const [one, two] = ['sk-canary-key-one-0123456789', 'sk-canary-key-two-0123456789']
const PLACE = '|secret/tain'
const OPERATOR_TOKEN = 'the-operator-of-the-tests-0123456789'

let upstream: DemoUpstream
let vault: FakeVault
let site: Site
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  vault = await startFakeVault()
  vault.write(PLACE, { OPENAI_API_KEYS: `a:${one}` })
  const { roleId, secretId } = vault.roles.approle
  site = await startNodeSite({
    env: {
      KEYS_FROM: 'vault:secret/tain',
      VAULT_ADDR: vault.url,
      VAULT_ROLE_ID: roleId,
      VAULT_SECRET_ID: secretId,
      OPENAI_BASE_URL: upstream.url,
      OPERATOR_TOKEN,
    },
  })
})
afterAll(async () => {
  await site?.stop()
  await Promise.all([vault.close(), upstream.close()])
})

/** The key with which the site asks upstream now. */
async function keyInUse(): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${site.token}` }
  expect((await fetch(`${site.baseUrl}/models`, { headers })).status).toBe(200)
  return upstream.received.at(-1)?.headers.authorization
}

async function keySource(): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  const status = await fetch(`${site.url}/gateway/status`, { headers })
  return ((await status.json()) as { keySource: Record<string, unknown> }).keySource
}

it('uses keys of Vault, takes over new ones, and keeps the last good ones while Vault is away', async () => {
  expect(await keyInUse()).toBe(`Bearer ${one}`)

  vault.write(PLACE, { OPENAI_API_KEYS: `a:${two}` })
  void site.kill('SIGHUP')
  await vi.waitFor(async () => expect(await keyInUse()).toBe(`Bearer ${two}`), { timeout: 10_000 })

  vault.fail('sealed', { count: 1_000 })
  void site.kill('SIGHUP')
  await vi.waitFor(
    async () => expect(await keySource()).toMatchObject({ source: 'vault', state: 'failing' }),
    {
      timeout: 10_000,
    },
  )
  expect(await keyInUse()).toBe(`Bearer ${two}`)
  expect(site.output()).toContain('keys_source_failed')
  expect(site.output()).not.toContain('canary')
})
