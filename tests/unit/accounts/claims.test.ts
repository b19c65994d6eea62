import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decodeClaims, encodeClaims } from '#lib/accounts/claims.ts'

const SECRET = 'a secret of the site, 32 bytes or more'
const guest = { sub: 'a guest' }
const account = { sub: 'an account', sid: 'a session' }

afterEach(() => {
  vi.useRealTimers()
})

describe('what a cookie says', () => {
  it.each([guest, account])('comes back as it was, each time it is read', async (claims) => {
    const token = await encodeClaims(claims, SECRET, 60)
    expect(await decodeClaims(token, SECRET)).toEqual(claims)
    expect(await decodeClaims(token, SECRET)).toEqual(claims)
  })

  it('is nothing with another secret, even when it was read with its own just before', async () => {
    const token = await encodeClaims(guest, SECRET, 60)
    expect(await decodeClaims(token, SECRET)).toEqual(guest)
    expect(await decodeClaims(token, `${SECRET}!`)).toBeNull()
  })

  it('ends with its time, even when it was read before', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const token = await encodeClaims(guest, SECRET, 60)
    expect(await decodeClaims(token, SECRET)).toEqual(guest)
    vi.setSystemTime(Date.now() + 5 * 60_000)
    expect(await decodeClaims(token, SECRET)).toBeNull()
  })

  it('is nothing where a character was changed', async () => {
    const token = await encodeClaims(account, SECRET, 60)
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-.'), async (at, char) => {
        const forged = token.slice(0, at) + char + token.slice(at + 1)
        // The last character of Base64url has bits that say nothing.
        fc.pre(forged !== token && token[at + 1] !== '.' && at !== token.length - 1)
        expect(await decodeClaims(forged, SECRET)).toBeNull()
      }),
      { numRuns: 100 },
    )
  })
})
