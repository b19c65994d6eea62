import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '#lib/db/database.ts'
import type { Database } from '#lib/db/schema.ts'
import { parseKeys } from '#lib/gateway/keys/parse-keys.ts'
import { type KeyKeeper, keepKeys } from '#lib/secrets/key-keeper.ts'
import { noteKeysInUse } from '#lib/secrets/rotation/key-use.ts'
import { createOpenAIAdmin } from '#lib/secrets/rotation/openai-admin.ts'
import { rotateKeys, storeIn } from '#lib/secrets/rotation/rotate-keys.ts'
import { createVaultSource } from '#lib/secrets/vault-source.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import {
  ADMIN_KEY,
  type FakeOpenAIAdmin,
  PROJECT,
  startFakeOpenAIAdmin,
} from '#tests/support/fake-openai-admin.ts'
import { type FakeVault, startFakeVault } from '#tests/support/fake-vault.ts'
import { call } from '../gateway/clients.ts'
import { startNodeCarrier, type TestHost, upstreamAt } from '../gateway/hosts.ts'

const BY_HAND = 'sk-canary-made-by-hand-0123456789'
const REFRESH_MS = 50
const TICK_MS = 20

let vault: FakeVault
let openai: FakeOpenAIAdmin
let upstream: DemoUpstream
let directory: string
let db: Database
beforeAll(async () => {
  vault = await startFakeVault()
  vault.write('|secret/tain', { OPENAI_API_KEYS: `team:${BY_HAND}` })
  openai = await startFakeOpenAIAdmin()
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  directory = await mkdtemp(path.join(tmpdir(), 'tain-rotating-'))
  db = await openDatabase({ DATA_DIR: directory, DATABASE_URL: undefined })
})
afterAll(async () => {
  await Promise.all([vault.close(), openai.close(), upstream.close(), db.destroy()])
  await rm(directory, { recursive: true })
})

const sourceOfKeys = () => {
  const { roleId, secretId } = vault.roles.approle
  return createVaultSource({
    address: vault.url,
    signIn: { method: 'approle', mount: 'approle', roleId, secretId },
    mount: 'secret',
    path: 'tain',
    field: 'OPENAI_API_KEYS',
    retryAfterMs: [1, 2],
  })
}

/** One instance of the gateway: it reads Vault for itself, and says which keys it uses. */
async function startInstance(
  name: string,
): Promise<{ host: TestHost; keeper: KeyKeeper; note(): Promise<void> }> {
  const keeper = await keepKeys(sourceOfKeys(), () => {})
  const supply = () => ({ upstreams: [upstreamAt('test', upstream.url)], keys: parseKeys(keeper.keys) })
  const host = await startNodeCarrier(supply())
  const note = () =>
    noteKeysInUse(
      db,
      name,
      parseKeys(keeper.keys).map(({ secret }) => secret),
      now(),
    )
  keeper.follow(() => {
    host.gateway?.replace(supply())
    void note()
  }, REFRESH_MS)
  await note()
  return { host, keeper, note }
}

/** Runs ahead where a rotation waits for what is not yet clear. */
let aheadMs = 0
const now = () => Date.now() + aheadMs

it('rotations fail no request at two instances under load, whatever Vault and the administration do meanwhile', async () => {
  const valid = () => [BY_HAND, ...[...openai.accounts.values()].map(({ secret }) => secret)]
  upstream.script({
    ...fault.invalidKey(),
    match: ({ headers }) => !valid().includes(headers.authorization?.replace('Bearer ', '') ?? ''),
    times: Number.POSITIVE_INFINITY,
  })
  const instances = [await startInstance('one'), await startInstance('two')]
  const load = loadOn(instances.map(({ host }) => host))

  const store = storeIn(sourceOfKeys())
  const admin = createOpenAIAdmin({
    adminKey: ADMIN_KEY,
    project: PROJECT,
    baseUrl: openai.baseUrl,
    timeoutMs: 1_000,
    maxRetries: 0,
  })
  const rotation = { db, account: 'team', admin, store, drainMs: 200, now }
  const troubles = [
    () => {},
    () => openai.faults.push(429, 'lost', 500, 'lost'),
    () => vault.fail('broken', { path: 'secret/data', count: 12 }),
    () => vault.fail('sealed', { path: 'secret/data', count: 6 }),
    () => vault.revokeAll(),
  ]
  for (const trouble of troubles) {
    let begun = false
    trouble()
    for (let tries = 0; ; tries++) {
      const state = await rotateKeys(rotation, { start: !begun })
      begun = state.step !== 'idle'
      if (state.step === 'done') break
      expect(tries, JSON.stringify(state)).toBeLessThan(500)
      if ('failure' in state) aheadMs += 61_000
      for (const { note } of instances) await note()
      await pause(TICK_MS)
    }
  }
  expect(new Set(await load.end())).toEqual(new Set([200]))
  // All but the last key are gone, and no service account is left behind.
  expect([...openai.accounts.values()].map(({ secret }) => `team:${secret}`)).toEqual([
    vault.read('|secret/tain')?.OPENAI_API_KEYS,
  ])
  expect(new Set(upstream.received.map(({ headers }) => headers.authorization)).size).toBeGreaterThanOrEqual(
    troubles.length,
  )
  for (const { host, keeper } of instances) {
    keeper.close()
    expect(JSON.stringify(host.lines)).not.toContain('canary')
    await host.close()
  }
}, 90_000)

/** An open loop of a hundred requests a second: they come at their time, whether earlier ones were answered or not. */
function loadOn(hosts: TestHost[]): { end(): Promise<(number | undefined)[]> } {
  const running: Promise<number | undefined>[] = []
  let turn = 0
  const timer = setInterval(() => {
    for (let i = 0; i < 2; i++) {
      const host = hosts[turn++ % hosts.length]
      if (host) running.push(call(host, '/v1/models').then(({ status }) => status))
    }
  }, TICK_MS)
  return {
    end() {
      clearInterval(timer)
      return Promise.all(running)
    },
  }
}
