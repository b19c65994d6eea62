import { afterEach, expect, it, vi } from 'vitest'
import type { VaultAnswer, VaultCall } from '#lib/secrets/vault-client.ts'
import { createVaultSession, type VaultSession } from '#lib/secrets/vault-session.ts'

let session: VaultSession
afterEach(() => {
  session.close()
  vi.useRealTimers()
})

/** A Vault of which the test holds the answers in its hands. Tokens are `token-1`, `token-2` …, of a minute each. */
function open() {
  const renewal = Promise.withResolvers<void>()
  const calls: string[] = []
  let valid = ''
  const grant = (value: string): VaultAnswer => ({
    status: 200,
    body: { auth: { client_token: value, lease_duration: 60, renewable: true } },
  })
  const call = async ({ path, token = '' }: VaultCall): Promise<VaultAnswer> => {
    calls.push(path)
    if (path.endsWith('/login')) {
      valid = `token-${calls.filter((made) => made === path).length}`
      return grant(valid)
    }
    await renewal.promise
    return grant(token)
  }
  session = createVaultSession(call, { method: 'approle', mount: 'approle', roleId: 'r', secretId: 's' })
  const used: string[] = []
  return {
    calls,
    used,
    answerRenewal: renewal.resolve,
    revoke() {
      valid = ''
    },
    ask: () =>
      session.run(async (token) => {
        used.push(token)
        await Promise.resolve()
        return { status: token === valid ? 200 : 403 }
      }),
  }
}

it('signs in once for all who meet a token that is gone: a secret may be good for one sign-in', async () => {
  const vault = open()
  await vault.ask()
  vault.revoke()
  const answers = await Promise.all([vault.ask(), vault.ask(), vault.ask()])
  expect(answers).toEqual(Array(3).fill({ status: 200 }))
  expect(vault.calls).toEqual(Array(2).fill('auth/approle/login'))
})

it('does not bring a token back that was replaced while its renewal was under way', async () => {
  vi.useFakeTimers()
  const vault = open()
  await vault.ask()
  await vi.advanceTimersByTimeAsync(45_000)
  expect(vault.calls).toContain('auth/token/renew-self')
  vault.revoke()
  await vault.ask()
  vault.answerRenewal()
  await vi.advanceTimersByTimeAsync(0)
  expect(await vault.ask()).toEqual({ status: 200 })
  expect(vault.used.at(-1)).toBe('token-2')
  expect(vault.used.slice(-2)).toEqual(['token-2', 'token-2'])
})

it('renews nothing after it was closed', async () => {
  vi.useFakeTimers()
  const vault = open()
  await vault.ask()
  await vi.advanceTimersByTimeAsync(45_000)
  session.close()
  vault.answerRenewal()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(vault.calls.filter((path) => path.endsWith('renew-self'))).toHaveLength(1)
})
