import { decode, encode } from 'next-auth/jwt'
import { z } from 'zod'
import { requireSecret } from '../auth-secret.ts'
import { deleteCookie, readCookie, setCookie } from '../site-cookies.ts'

/** What somebody wants who has gone to a provider: kept in their browser, sealed, until they come back. */
const intent = z.object({
  provider: z.string(),
  /** Where to go afterwards; a path of this site. */
  next: z.string(),
  /** An invitation, for those who are new. */
  code: z.string().optional(),
  /** The session whose account the provider is to be linked to; without it somebody signs in. */
  link: z.string().optional(),
})
export type SignInIntent = z.infer<typeof intent>

/** As long as next-auth's own cookies of a sign-in live. */
const MAX_AGE_S = 15 * 60
const NAME = 'tain.sign-in'

/** For handlers only. */
export async function writeIntent(value: SignInIntent): Promise<void> {
  const token = await encode({ token: { ...value }, secret: requireSecret(), maxAge: MAX_AGE_S, salt: NAME })
  await setCookie(NAME, token, MAX_AGE_S)
}

/**
 * Takes the intent away, so that each is followed once. Undefined when there is none for this provider, or it is too old.
 * For handlers only.
 */
export async function takeIntent(provider: string): Promise<SignInIntent | undefined> {
  const token = await readCookie(NAME)
  if (!token) return undefined
  await deleteCookie(NAME)
  const claims = await decode({ token, secret: requireSecret(), salt: NAME }).catch(() => null)
  const read = intent.safeParse(claims)
  return read.success && read.data.provider === provider ? read.data : undefined
}
