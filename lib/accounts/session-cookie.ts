import { cookies } from 'next/headers'
import { decode, encode } from 'next-auth/jwt'
import { type Config, getConfig } from '../config.ts'
import { requireSecret } from './auth-secret.ts'

/** What a session's cookie says. Without `sid` it is a guest's, whom only the cookie knows. */
export interface Claims {
  sub: string
  sid?: string
}

export const MAX_AGE_S = 180 * 24 * 60 * 60

/** The claims of the request's cookie, if one of this site's secrets signed it and it has not expired. */
export async function readClaims(): Promise<Claims | null> {
  const config = getConfig()
  const token = (await cookies()).get(cookieName(config))?.value
  if (!token) return null
  for (const secret of [requireSecret(), config.AUTH_SECRET_PREVIOUS]) {
    // A cookie of another secret, expired or damaged, is no session.
    const claims = secret === undefined ? null : await decode({ token, secret }).catch(() => null)
    if (typeof claims?.sub !== 'string') continue
    return { sub: claims.sub, ...(typeof claims.sid === 'string' && { sid: claims.sid }) }
  }
  return null
}

/** Sets the cookie on the response. For handlers only. */
export async function writeClaims(claims: Claims): Promise<void> {
  const config = getConfig()
  const token = await encode({ token: { ...claims }, secret: requireSecret(), maxAge: MAX_AGE_S })
  const jar = await cookies()
  jar.set(cookieName(config), token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(config),
    path: '/',
    maxAge: MAX_AGE_S,
  })
}

/** Takes the cookie away. For handlers only. */
export async function clearClaims(): Promise<void> {
  const config = getConfig()
  const jar = await cookies()
  // Browsers take a `__Host-` cookie back only from a line as strict as the one that set it.
  jar.set(cookieName(config), '', {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(config),
    path: '/',
    maxAge: 0,
  })
}

/** Browsers accept `__Host-` only over https, and then only from this very host. */
const cookieName = (config: Config) => (isSecure(config) ? '__Host-tain.session' : 'tain.session')

const isSecure = (config: Config) => config.SITE_URL?.startsWith('https:') ?? false
