import { z } from 'zod'
import { nameFromElsewhere } from '../shown-name.ts'
import type { Provider } from './configured.ts'

/** Whom a provider vouches for. */
export interface Identity {
  issuer: string
  /** The issuer's id for the person. It stays the same when names and addresses change. */
  subject: string
  name: string
  /** In lower case, and only if the provider has verified it. */
  email: string | undefined
}

/** What is used of an id token, of OpenID Connect's user info, and of GitHub's user with the address added to it. */
const claims = z.object({
  iss: z.string().optional(),
  sub: z.union([z.string().min(1), z.number()]).optional(),
  id: z.number().optional(),
  name: z.string().nullish(),
  preferred_username: z.string().nullish(),
  login: z.string().nullish(),
  email: z.string().nullish(),
  // Some providers write it as text.
  email_verified: z.union([z.boolean(), z.string()]).nullish(),
})

const address = z.string().trim().toLowerCase().max(254).pipe(z.email())

/** Reads what a provider told. Throws when it names nobody. */
export function readIdentity(provider: Provider, told: unknown): Identity {
  const { iss, sub, id, name, preferred_username, login, email, email_verified } = claims.parse(told)
  const subject = String((provider.id === 'github' ? id : sub) ?? '')
  if (subject === '' || subject.length > 255) throw new TypeError('The provider named nobody.')
  const isVerified = email_verified === true || email_verified === 'true'
  const verified = isVerified ? address.safeParse(email).data : undefined
  return {
    issuer: provider.id === 'github' ? provider.issuer : (iss ?? provider.issuer).replace(/\/+$/, ''),
    subject,
    name:
      [name, preferred_username, login, verified?.split('@')[0]]
        .map((given) => nameFromElsewhere(given ?? ''))
        .find(Boolean) ?? provider.name,
    email: verified,
  }
}
