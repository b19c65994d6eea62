import { hash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'

/** What a session's cookie says. Without `sid` it is a guest's, whom only the cookie knows. */
export interface Claims {
  sub: string
  sid?: string
}

/** The value of a cookie that says so for `maxAgeS` seconds, encrypted with `secret`. */
export const encodeClaims = (claims: Claims, secret: string, maxAgeS: number): Promise<string> =>
  encode({ token: { ...claims }, secret, maxAge: maxAgeS })

interface Remembered {
  claims: Claims
  endsAtMs: number
}

/** What was decoded lately, by a digest: to decrypt it takes several turns of other threads, for each request of a page. */
const remembered = new Map<string, Remembered>()
const MAX_REMEMBERED = 1_000

/** What `encodeClaims` made of them with the same secret; null when it is of another, damaged, or no longer valid. */
export async function decodeClaims(token: string, secret: string): Promise<Claims | null> {
  const key = hash('sha256', `${secret}\0${token}`)
  const before = remembered.get(key)
  if (before && before.endsAtMs > Date.now()) return before.claims
  remembered.delete(key)
  const found = await decode({ token, secret }).catch(() => null)
  if (typeof found?.sub !== 'string') return null
  const { sub, sid, exp } = found
  const claims = { sub, ...(typeof sid === 'string' && { sid }) }
  if (typeof exp === 'number') remember(key, { claims, endsAtMs: exp * 1_000 })
  return claims
}

function remember(key: string, claims: Remembered): void {
  const [oldest] = remembered.size >= MAX_REMEMBERED ? remembered.keys() : []
  if (oldest !== undefined) remembered.delete(oldest)
  remembered.set(key, claims)
}
