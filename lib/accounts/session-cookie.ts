import { decode, encode } from 'next-auth/jwt'
import { getConfig } from '../config.ts'
import { requireSecret } from './auth-secret.ts'
import { MAX_AGE_S } from './session-rows.ts'
import { deleteCookie, readCookie, setCookie } from './site-cookies.ts'

/** What a session's cookie says. Without `sid` it is a guest's, whom only the cookie knows. */
export interface Claims {
  sub: string
  sid?: string
}

const NAME = 'tain.session'

/** The claims of the request's cookie, if one of this site's secrets signed it and it has not expired. */
export async function readClaims(): Promise<Claims | null> {
  const token = await readCookie(NAME)
  if (!token) return null
  for (const secret of [requireSecret(), getConfig().AUTH_SECRET_PREVIOUS]) {
    // A cookie of another secret, expired or damaged, is no session.
    const claims = secret === undefined ? null : await decode({ token, secret }).catch(() => null)
    if (typeof claims?.sub !== 'string') continue
    return { sub: claims.sub, ...(typeof claims.sid === 'string' && { sid: claims.sid }) }
  }
  return null
}

/** Sets the cookie on the response. For handlers only. */
export async function writeClaims(claims: Claims): Promise<void> {
  const token = await encode({ token: { ...claims }, secret: requireSecret(), maxAge: MAX_AGE_S })
  await setCookie(NAME, token, MAX_AGE_S)
}

/** Takes the cookie away. For handlers only. */
export const clearClaims = (): Promise<void> => deleteCookie(NAME)
