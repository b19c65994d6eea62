import type { z } from 'zod'
import { baseUrl, choice, none, readBy, secret, text } from '../setting-kinds.ts'

/** Signing in with GitHub, Google or an OpenID Connect provider. A group of `lib/config.ts`; `docs/accounts.md` is the guide. */

interface ProviderMeta {
  group: 'accounts'
  about: string
  fallback?: string
  example?: string
  secret?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Omit<ProviderMeta, 'group'>) => ({
  schema,
  meta: { group: 'accounts', ...meta } satisfies ProviderMeta as ProviderMeta,
})

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/

function parseDomains(list: string): string[] {
  const domains = list
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '')
  if (domains.every((domain) => DOMAIN.test(domain))) return domains
  throw new RangeError('must be a comma-separated list of domains such as example.org')
}

export const providerSettings = {
  AUTH_GITHUB_ID: setting(text(1, 500).optional(), {
    about:
      'The client id of an OAuth app at GitHub, with which people can sign in. Its callback URL is SITE_URL with `/api/auth/callback/github`.',
  }),
  AUTH_GITHUB_SECRET: setting(secret(8).optional(), {
    about: 'The secret that belongs to AUTH_GITHUB_ID.',
    secret: true,
  }),
  AUTH_GITHUB_URL: setting(baseUrl.default('https://github.com'), {
    about: 'The address of a GitHub Enterprise Server to sign in at, instead of github.com.',
    fallback: 'https://github.com',
  }),
  AUTH_GOOGLE_ID: setting(text(1, 500).optional(), {
    about:
      'The client id of a web application at Google, with which people can sign in. Its redirect URI is SITE_URL with `/api/auth/callback/google`.',
  }),
  AUTH_GOOGLE_SECRET: setting(secret(8).optional(), {
    about: 'The secret that belongs to AUTH_GOOGLE_ID.',
    secret: true,
  }),
  OIDC_ISSUER: setting(baseUrl.optional(), {
    about:
      'An OpenID Connect provider (Keycloak, Authentik, Entra, Okta and others) with which people can sign in: the address below which `/.well-known/openid-configuration` is. Its redirect URI is SITE_URL with `/api/auth/callback/oidc`.',
    example: 'https://login.example.org/realms/main',
  }),
  OIDC_CLIENT_ID: setting(text(1, 500).optional(), {
    about: 'The client id that the provider of OIDC_ISSUER gave this site.',
  }),
  OIDC_CLIENT_SECRET: setting(secret(8).optional(), {
    about: 'The secret that belongs to OIDC_CLIENT_ID.',
    secret: true,
  }),
  OIDC_NAME: setting(text(1, 40).default('OpenID Connect'), {
    about: 'What the provider of OIDC_ISSUER is called on the button.',
    fallback: 'OpenID Connect',
    example: 'Example Ltd',
  }),
  PROVIDER_SIGN_UP: setting(choice(['open', 'closed']).default('closed'), {
    about:
      'Whether (`open`) people whom GitHub, Google or the OpenID Connect provider vouches for get an account when they first come. With `closed` they need an invitation, or an account that they have linked.',
    fallback: 'closed',
  }),
  PROVIDER_EMAIL_DOMAINS: setting(readBy(parseDomains).default(none), {
    about:
      'Whom GitHub, Google or the OpenID Connect provider may sign in: those with an e-mail address of these domains that the provider has verified, comma-separated.',
    fallback: 'everybody',
    example: 'example.org, example.com',
  }),
}

type ProviderSetting = keyof typeof providerSettings | 'SITE_URL'

/** What a provider that one setting names needs beside it. */
const NEEDS = {
  AUTH_GITHUB_ID: ['AUTH_GITHUB_SECRET', 'SITE_URL'],
  AUTH_GOOGLE_ID: ['AUTH_GOOGLE_SECRET', 'SITE_URL'],
  OIDC_ISSUER: ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'SITE_URL'],
} as const

/** What is lacking to sign people in with a provider that is set, and which setting asks for it. */
export function missingOfProviders(
  config: Record<ProviderSetting, unknown>,
): { lacking: ProviderSetting; by: string } | undefined {
  for (const [by, names] of Object.entries(NEEDS)) {
    const isSet = config[by as keyof typeof NEEDS] !== undefined // entries of NEEDS
    const lacking = isSet ? names.find((name) => config[name] === undefined) : undefined
    if (lacking) return { lacking, by }
  }
  return undefined
}
