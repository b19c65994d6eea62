import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { settings } from '#lib/config.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import {
  ADMIN_KEY,
  type FakeOpenAIAdmin,
  PROJECT,
  startFakeOpenAIAdmin,
} from '#tests/support/fake-openai-admin.ts'
import { type FakeVault, startFakeVault } from '#tests/support/fake-vault.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'

const [one, two] = ['sk-canary-key-one-0123456789', 'sk-canary-key-two-0123456789']
const PLACE = '|secret/tain'
const OPERATOR_TOKEN = 'the-operator-of-the-tests-0123456789'

let upstream: DemoUpstream
let openai: FakeOpenAIAdmin
let env: Record<string, string>
let vault: FakeVault
let site: Site
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  vault = await startFakeVault()
  vault.write(PLACE, { OPENAI_API_KEYS: `a:${one}` })
  openai = await startFakeOpenAIAdmin()
  const { roleId, secretId } = vault.roles.approle
  env = {
    KEYS_FROM: 'vault:secret/tain',
    VAULT_ADDR: vault.url,
    VAULT_ROLE_ID: roleId,
    VAULT_SECRET_ID: secretId,
    KEYS_REFRESH: '500ms',
    OPENAI_ADMIN_KEY: ADMIN_KEY,
    OPENAI_PROJECT_ID: PROJECT,
    OPENAI_ADMIN_URL: openai.baseUrl,
    OPENAI_BASE_URL: upstream.url,
    OPERATOR_TOKEN,
  }
  site = await startNodeSite({ env })
})
afterAll(async () => {
  await site?.stop()
  await Promise.all([vault.close(), upstream.close(), openai.close()])
})

/** The key with which the site asks upstream now. */
async function keyInUse(): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${site.token}` }
  expect((await fetch(`${site.baseUrl}/models`, { headers })).status).toBe(200)
  return upstream.received.at(-1)?.headers.authorization
}

/** `npm run keys:rotate`, until the site uses the new key; the rest would be ten minutes of waiting. */
async function rotate(): Promise<void> {
  const unset = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
  const program = spawn(process.execPath, ['scripts/rotate-keys.ts'], {
    env: { NODE_ENV: 'production', PATH: process.env.PATH, ...unset, ...env, DATA_DIR: site.dataDir },
  })
  let output = ''
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk))
  await vi.waitFor(() => expect(output).toContain('Every instance uses the new key'), { timeout: 20_000 })
  program.kill('SIGKILL')
  expect(output).not.toContain('canary')
}

async function keySource(): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  const status = await fetch(`${site.url}/gateway/status`, { headers })
  return ((await status.json()) as { keySource: Record<string, unknown> }).keySource
}

it('uses keys of Vault, takes over new ones, rotates them, and keeps the last good ones while Vault is away', async () => {
  expect(await keyInUse()).toBe(`Bearer ${one}`)

  vault.write(PLACE, { OPENAI_API_KEYS: `a:${two}` })
  void site.kill('SIGHUP')
  await vi.waitFor(async () => expect(await keyInUse()).toBe(`Bearer ${two}`), { timeout: 10_000 })

  await rotate()
  const [made] = [...openai.accounts.values()]
  expect(await keyInUse()).toBe(`Bearer ${made?.secret}`)

  vault.fail('sealed', { count: 1_000 })
  void site.kill('SIGHUP')
  await vi.waitFor(
    async () => expect(await keySource()).toMatchObject({ source: 'vault', state: 'failing' }),
    {
      timeout: 10_000,
    },
  )
  expect(await keyInUse()).toBe(`Bearer ${made?.secret}`)
  expect(site.output()).toContain('keys_source_failed')
  expect(site.output()).not.toContain('canary')
})
