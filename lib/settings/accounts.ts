import { z } from 'zod'
import { choice, secret, wholeNumberOrOff } from '../setting-kinds.ts'

/** Who may use the site, as `lib/config.ts` takes it up. */

interface AccountMeta {
  group: 'accounts'
  about: string
  fallback?: string
  example?: string
  secret?: true
  internal?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Omit<AccountMeta, 'group'>) => ({
  schema,
  meta: { group: 'accounts', ...meta } satisfies AccountMeta as AccountMeta,
})

const headerName = z
  .string()
  .refine((name) => /^[A-Za-z0-9-]{1,100}$/.test(name), { error: 'must be the name of a header' })
  .transform((name) => name.toLowerCase())

export const accountSettings = {
  GUESTS: setting(choice(['open', 'off']).optional(), {
    about: 'Whether people may chat without signing in: `open` or `off`.',
    fallback: '`open` for whoever sits at the very computer the site runs on, `off` for everybody else',
  }),
  GUESTS_PER_ADDRESS: setting(wholeNumberOrOff(1, 100_000).prefault('50'), {
    about:
      'How many new guests one address (of IPv6, one /64) may become in a day; `off` for any number. Whoever sits at the computer itself is not counted.',
    fallback: '50',
  }),
  GUEST_DAYS: setting(wholeNumberOrOff(1, 3650).prefault('180'), {
    about:
      'After how many days without a question a guest is erased, with all conversations; `off` keeps guests.',
    fallback: '180',
  }),
  SIGN_UP: setting(choice(['open', 'closed', 'invite']).default('closed'), {
    about:
      'Who may make an account with e-mail and password: everybody (`open`), nobody (`closed`), or those with an invitation of the owner or an admin (`invite`). Invitations work in every case.',
    fallback: 'closed',
  }),
  OWNER_CODE: setting(secret(20).optional(), {
    about:
      'The code with which the first visitor becomes the owner, at `/welcome`. It means nothing once there is an owner.',
    fallback: 'made anew and printed at every start until there is an owner',
    secret: true,
  }),
  SIGN_IN_HEADER: setting(headerName.optional(), {
    about:
      'The header in which a proxy of TRUSTED_PROXIES says who has signed in there. It is believed from no one else, and on the Node host only.',
    example: 'X-Forwarded-Email',
  }),
  AUTH_SECRET_PREVIOUS: setting(secret(32).optional(), {
    about:
      'The AUTH_SECRET before the present one. Sessions that it signed stay valid, so that a new secret signs nobody out.',
    secret: true,
  }),
  TAIN_HOST_MARK: setting(secret(20).optional(), {
    about: 'With which the Node host marks what it says about a visitor.',
    internal: true,
    secret: true,
  }),
}
