import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VaultSignIn } from '#lib/secrets/vault-session.ts'
import { createVaultSource, type VaultSourceOptions } from '#lib/secrets/vault-source.ts'
import { type FakeVault, startFakeVault } from '#tests/support/fake-vault.ts'

const [one, two] = ['a:canary-key-one-0123456789', 'a:canary-key-two-0123456789']
const PLACE = '|secret/team/tain'
const READ = 'GET secret/data/team/tain'

let vault: FakeVault
const open: { close?: () => void }[] = []
beforeEach(async () => {
  vault = await startFakeVault()
  vault.write(PLACE, { OPENAI_API_KEYS: one, other: 'kept' })
})
afterEach(async () => {
  for (const source of open.splice(0)) source.close?.()
  await vault.close()
})

const appRole = (): VaultSignIn => {
  const { roleId, secretId } = vault.roles.approle
  return { method: 'approle', mount: 'approle', roleId, secretId }
}
const token = (value: string): VaultSignIn => ({ method: 'token', token: value })
function sourceOf(signIn: VaultSignIn, more: Partial<VaultSourceOptions> = {}) {
  const place = { mount: 'secret', path: 'team/tain', field: 'OPENAI_API_KEYS', retryAfterMs: [1, 2] }
  const source = createVaultSource({ address: vault.url, signIn, ...place, ...more })
  open.push(source)
  return source
}
const callsOf = (line: string) => vault.calls.filter((call) => call === line).length

describe('signing in', () => {
  it('reads with a token of the operator, each time what stands there now', async () => {
    const source = sourceOf(token(vault.issue()))
    expect(await source.load()).toBe(one)
    vault.write(PLACE, { OPENAI_API_KEYS: `# new\n${two}\n` })
    expect(await source.load()).toBe(two)
  })

  it('signs in by AppRole once, and anew when the token is gone', async () => {
    const source = sourceOf(appRole())
    await source.load()
    await source.load()
    expect(callsOf('POST auth/approle/login')).toBe(1)
    vault.revokeAll()
    expect(await source.load()).toBe(one)
    expect(callsOf('POST auth/approle/login')).toBe(2)
  })

  it('signs in by Kubernetes with the token of the pod as it is at that time', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'tain-jwt-'))
    const jwtFile = path.join(directory, 'token')
    await writeFile(jwtFile, `${vault.roles.kubernetes.jwt}\n`)
    const source = sourceOf({ method: 'kubernetes', mount: 'kubernetes', role: 'tain', jwtFile })
    expect(await source.load()).toBe(one)
    vault.revokeAll()
    vault.roles.kubernetes.jwt = 'jwt-after-an-hour'
    await writeFile(jwtFile, vault.roles.kubernetes.jwt)
    expect(await source.load()).toBe(one)
    await rm(directory, { recursive: true })
    vault.revokeAll()
    await expect(source.load()).rejects.toMatchObject({ code: 'denied', message: /ENOENT/ })
  })

  it('works in a namespace, and in no other', async () => {
    vault.write('team/a|secret/team/tain', { OPENAI_API_KEYS: two })
    const value = vault.issue({ namespace: 'team/a' })
    expect(await sourceOf(token(value), { namespace: 'team/a' }).load()).toBe(two)
    await expect(sourceOf(token(value)).load()).rejects.toMatchObject({ code: 'denied' })
  })

  it.each([
    ['a wrong secret', () => ({ ...appRole(), secretId: 'canary-wrong-secret' }) as VaultSignIn],
    ['a wrong token', () => token('canary-wrong-token')],
  ])('says that it is denied with %s, and not what it showed', async (_, signIn) => {
    const error = await sourceOf(signIn())
      .load()
      .catch((error) => error)
    expect(error).toMatchObject({ code: 'denied' })
    expect(String(error.message)).not.toMatch(/canary/)
  })
})

describe('the token', () => {
  it('is renewed before it ends, so that a secret that works once is enough', async () => {
    Object.assign(vault.roles.approle, { usesLeft: 1, ttl: 1 })
    const source = sourceOf(appRole())
    const renewed = vault.nextCall('renew-self').then(() => vault.nextCall('renew-self'))
    await source.load()
    await renewed
    expect(await source.load()).toBe(one)
    expect(callsOf('POST auth/approle/login')).toBe(1)
  })

  it('is renewed if the operator gave it, and a failure of Vault in between is survived', async () => {
    const source = sourceOf(token(vault.issue({ ttl: 2 })))
    vault.fail('broken', { path: 'renew-self' })
    await source.load()
    await vault.nextCall('renew-self')
    await vault.nextCall('renew-self')
    expect(await source.load()).toBe(one)
  })

  it('is replaced when it has come to the end of all renewals', async () => {
    const source = sourceOf(appRole())
    await source.load()
    vault.advance(vault.roles.approle.maxTtl * 1000 + 1)
    expect(await source.load()).toBe(one)
    expect(callsOf('POST auth/approle/login')).toBe(2)
  })

  it('that an agent writes into a file is read again when it is refused', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'tain-token-'))
    const file = path.join(directory, 'sink')
    await writeFile(file, vault.issue())
    const source = sourceOf(token(`file:${file}`))
    await source.load()
    vault.revokeAll()
    await writeFile(file, vault.issue())
    expect(await source.load()).toBe(one)
    await rm(directory, { recursive: true })
  })
})

describe('what may go wrong', () => {
  it.each(['sealed', 'broken', 'reset', 'half', 'busy'] as const)(
    'tries again when Vault is %s for a moment',
    async (fault) => {
      const source = sourceOf(appRole())
      await source.load()
      vault.fail(fault, { path: 'data/' })
      expect(await source.load()).toBe(one)
    },
  )

  it.each([
    ['sealed', 'sealed', 3],
    ['broken', 'unavailable', 3],
    ['busy', 'throttled', 3],
    ['half', 'unreachable', 3],
    ['garbage', 'malformed', 1],
    ['stall', 'timeout', 1],
    ['drip', 'timeout', 1],
  ] as const)('gives up when Vault is %s', async (fault, code, tries) => {
    const timeoutMs = code === 'timeout' ? 200 : 5_000
    const source = sourceOf(token(vault.issue()), { timeoutMs })
    await source.load()
    vault.fail(fault, { count: 9, path: 'data/' })
    await expect(source.load()).rejects.toMatchObject({ name: 'KeySourceError', code })
    expect(callsOf(READ)).toBe(1 + tries)
  })

  it('says that nobody is there', async () => {
    const source = sourceOf(token('hvs.any'))
    await vault.close()
    await expect(source.load()).rejects.toMatchObject({ code: 'unreachable', message: /ECONNREFUSED/ })
    vault = await startFakeVault()
  })

  it('follows a standby node to the active one, once', async () => {
    const active = await startFakeVault()
    active.write(PLACE, { OPENAI_API_KEYS: two })
    const source = sourceOf(token(vault.issue()))
    active.issue()
    vault.fail({ redirectTo: active.url }, { path: 'data/' })
    expect(await source.load()).toBe(two)
    vault.fail({ redirectTo: 'nowhere:' }, { path: 'data/' })
    await expect(source.load()).rejects.toMatchObject({ code: 'malformed' })
    await active.close()
  })

  it('tells denial, a missing secret, a deleted one and a missing field apart', async () => {
    const source = sourceOf(token(vault.issue()))
    await source.load()
    vault.denied.add('secret/data/team/tain')
    await expect(source.load()).rejects.toMatchObject({ code: 'denied' })
    vault.denied.clear()
    vault.remove(PLACE)
    await expect(source.load()).rejects.toMatchObject({ code: 'not_found' })
    vault.write(PLACE, { another: 'field' })
    await expect(source.load()).rejects.toMatchObject({ code: 'malformed' })
    await expect(sourceOf(token(vault.issue()), { path: 'none' }).load()).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('rewriting', () => {
  it('changes the field and leaves the others', async () => {
    await sourceOf(appRole()).rewrite((text) => `${text},${two}`)
    expect(vault.read(PLACE)).toEqual({ OPENAI_API_KEYS: `${one},${two}`, other: 'kept' })
  })

  it('loses nothing that somebody else writes meanwhile', async () => {
    let edits = 0
    await sourceOf(appRole()).rewrite((text) => {
      if (edits++ === 0) vault.write(PLACE, { OPENAI_API_KEYS: `${one},b:their-new-key`, other: 'new' })
      return `${text},${two}`
    })
    expect(vault.read(PLACE)).toEqual({ OPENAI_API_KEYS: `${one},b:their-new-key,${two}`, other: 'new' })
  })

  it('finds a writing that was done and not answered, and does not do it twice', async () => {
    const source = sourceOf(appRole())
    let edits = 0
    await source.rewrite((text) => {
      // The first answer to be lost is that of the writing.
      if (edits++ === 0) vault.fail('lost', { path: 'secret/data' })
      return text.replace('one', 'two')
    })
    expect(vault.read(PLACE)).toEqual({ OPENAI_API_KEYS: two, other: 'kept' })
    expect(callsOf('POST secret/data/team/tain')).toBe(2)
  })

  it('writes nothing when there is nothing to change, and says when it may not', async () => {
    const source = sourceOf(appRole())
    await source.rewrite((text) => text)
    expect(callsOf('POST secret/data/team/tain')).toBe(0)
    vault.fail('stall', { path: 'nothing' })
    await source.load()
    const denyWrites = source.rewrite((text) => {
      vault.denied.add('secret/data/team/tain')
      return `${text},${two}`
    })
    await expect(denyWrites).rejects.toMatchObject({ code: 'read_only' })
  })
})
