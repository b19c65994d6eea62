import { z } from 'zod'
import { type Quota, quota } from './quotas/quota.ts'
import { shownName } from './shown-name.ts'

/** What the forms of the account pages send. Texts are measured as they will be kept. */

const name = shownName
const email = z.string().trim().toLowerCase().max(254).pipe(z.email())
/** Long enough to be no word, short enough that hashing it is no burden (NIST SP 800-63B asks for 8 and 64). */
const password = z.string().min(10).max(200)
/** What somebody was given: a link's code, an invitation, an access code. */
const code = z.string().trim().min(6).max(200)

export const signInRequest = z.strictObject({ email, password: z.string().min(1).max(200) })
export const signUpRequest = z.strictObject({ name, email, password, code: code.optional() })
export const claimRequest = z.strictObject({ code, name, email, password })
export const accessCodeRequest = z.strictObject({ code })
export const resetRequest = z.strictObject({ code, password })
export const forgotRequest = z.strictObject({ email })
export const confirmRequest = z.strictObject({ code })
/** `current` may be missing where there is no password yet. */
export const passwordRequest = z.strictObject({ current: z.string().max(200).optional(), password })
export const profileRequest = z.strictObject({ name })
export const eraseRequest = z.strictObject({
  password: z.string().max(200).optional(),
  sure: z.literal(true),
})
/** Without `id`: every session but the one that asks. */
export const endSessionsRequest = z.strictObject({ id: z.uuid().optional() })

/** Roles that can be given; the owner's cannot. */
export const changeAccountRequest = z.strictObject({
  role: z.enum(['admin', 'user']).optional(),
  disabled: z.boolean().optional(),
})
export const accessCodeDraft = z.strictObject({
  name,
  /** In how many days it ends; none for never. */
  days: z.number().int().min(1).max(3650).optional(),
  /** Of each who comes by it, in place of the same limits of their role. */
  quota: quota.optional(),
})

export const apiTokenDraft = z.strictObject({
  name,
  /** In how many days it ends; none for never. */
  days: z.number().int().min(1).max(3650).optional(),
})
const providerIds = ['oidc', 'google', 'github'] as const
export type ProviderId = (typeof providerIds)[number]
/** `link` links the account that is signed in; otherwise somebody signs in and goes to `next`. */
export const providerSignInRequest = z.strictObject({
  csrfToken: z.string().min(1).max(200),
  next: z.string().max(1000).optional(),
  code: code.optional(),
  link: z.literal(true).optional(),
})
export type ProviderSignInRequest = z.infer<typeof providerSignInRequest>
export const unlinkRequest = z.strictObject({ provider: z.enum(providerIds) })

export const revokeTokenRequest = z.strictObject({ id: z.uuid() })

/** A service that signs people in here, as its button shows it. */
export interface ProviderView {
  id: ProviderId
  name: string
}

/** Why signing in or linking at a provider came to nothing. */
export const signInProblems = [
  /** The person, or the provider for them, said no. */
  'denied',
  /** The provider answered with an error of its own. */
  'provider_error',
  /** Nobody began this here, or more than 15 minutes ago, or it was ended before. */
  'too_late',
  /** What came back could not be checked or used; the log says more. */
  'failed',
  'email_unverified',
  'wrong_domain',
  'link_first',
  'not_invited',
  'wrong_code',
  'too_many_tries',
  'account_closed',
  'linked_elsewhere',
  'other_session',
] as const
export type SignInProblem = (typeof signInProblems)[number]

export type Role = 'owner' | 'admin' | 'user' | 'guest'

/** An account as its holder, and the console, see it. */
export interface AccountView {
  id: string
  role: Role
  name: string
  email: string | null
  /** Whether it was shown to be the holder's. */
  isEmailConfirmed: boolean
  createdAt: number
  seenAt: number
  isDisabled: boolean
}

export interface SessionView {
  id: string
  agent: string
  createdAt: number
  seenAt: number
  isThis: boolean
}

export interface ApiTokenView {
  id: string
  name: string
  /** Its beginning, by which it is known again. */
  prefix: string
  createdAt: number
  expiresAt: number | null
  /** To the minute; null when it was never shown. */
  usedAt: number | null
}

export interface AccessCodeView {
  id: string
  name: string
  quota: Quota
  createdAt: number
  expiresAt: number | null
}
