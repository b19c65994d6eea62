import { getConfig } from '../config.ts'
import { requireSecret } from './auth-secret.ts'
import { type Claims, decodeClaims, encodeClaims } from './claims.ts'
import { MAX_AGE_S } from './session-rows.ts'
import { deleteCookie, readCookie, setCookie } from './site-cookies.ts'

const NAME = 'tain.session'

/** The claims of the request's cookie, if one of this site's secrets signed it and it has not expired. */
export async function readClaims(): Promise<Claims | null> {
  const token = await readCookie(NAME)
  if (!token) return null
  for (const secret of [requireSecret(), getConfig().AUTH_SECRET_PREVIOUS]) {
    const claims = secret === undefined ? null : await decodeClaims(token, secret)
    if (claims) return claims
  }
  return null
}

/** Sets the cookie on the response. For handlers only. */
export async function writeClaims(claims: Claims): Promise<void> {
  await setCookie(NAME, await encodeClaims(claims, requireSecret(), MAX_AGE_S), MAX_AGE_S)
}

/** Takes the cookie away. For handlers only. */
export const clearClaims = (): Promise<void> => deleteCookie(NAME)
