import { cookies } from 'next/headers'
import { decode, encode } from 'next-auth/jwt'
import { type Config, getConfig } from '../config.ts'

/** Who is asking. `userId` owns conversations; so far everybody is a guest, known by a cookie alone. */
export interface Session {
  userId: string
}

const MAX_AGE_S = 180 * 24 * 60 * 60

/** The session of the request being answered, or null. Call it in a page or handler; it trusts only a signed cookie. */
export async function getSession(): Promise<Session | null> {
  const jar = await cookies()
  const config = getConfig()
  const token = jar.get(cookieName(config))?.value
  if (!token) return null
  // A cookie of another secret, expired or damaged, is no session; the person starts anew as a guest.
  const claims = await decode({ token, secret: requireSecret(config) }).catch(() => null)
  return typeof claims?.sub === 'string' ? { userId: claims.sub } : null
}

/** The session of the request, or a new guest's, whose cookie is set on the response. Call it in a handler only. */
export async function ensureSession(): Promise<Session> {
  const session = await getSession()
  if (session) return session
  const config = getConfig()
  const userId = crypto.randomUUID()
  const token = await encode({
    token: { sub: userId, role: 'guest' },
    secret: requireSecret(config),
    maxAge: MAX_AGE_S,
  })
  const jar = await cookies()
  jar.set(cookieName(config), token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(config),
    path: '/',
    maxAge: MAX_AGE_S,
  })
  return { userId }
}

/** Browsers accept `__Host-` only over https, and then only from this very host. */
function cookieName(config: Config): string {
  return isSecure(config) ? '__Host-tain.session' : 'tain.session'
}

const isSecure = (config: Config) => config.SITE_URL?.startsWith('https:') ?? false

/** The Node host makes a secret when none is set; other hosts must be given one. */
export function requireSecret(config: Config): string {
  if (config.AUTH_SECRET) return config.AUTH_SECRET
  throw new Error('AUTH_SECRET is not set; on a host without a data directory it must be.')
}
