import type { Profile } from 'next-auth'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { findProvider, type Provider } from './configured.ts'
import { readIdentity } from './identity.ts'

type UserinfoRequest = NonNullable<Extract<OAuthConfig<Profile>['userinfo'], object>['request']>
type Client = Parameters<UserinfoRequest>[0]['client']
type TokenSet = Extract<Parameters<Client['userinfo']>[0], object>

const TIMEOUT_MS = 10_000

/** What next-auth must know of a provider to sign somebody in there: code flow with state and PKCE, and a nonce if it can. */
function nextAuthProviderOf(config: Config, provider: Provider): OAuthConfig<Profile> {
  const common = {
    id: provider.id,
    name: provider.name,
    type: 'oauth' as const,
    httpOptions: { timeout: TIMEOUT_MS },
    profile: (told: Profile) => {
      const { subject, name, email = null } = readIdentity(provider, told)
      return { id: subject, name, email }
    },
  }
  if (provider.id === 'github') return { ...common, ...gitHub(config, provider) }
  const isGoogle = provider.id === 'google'
  return {
    ...common,
    clientId: isGoogle ? config.AUTH_GOOGLE_ID : config.OIDC_CLIENT_ID,
    clientSecret: isGoogle ? config.AUTH_GOOGLE_SECRET : config.OIDC_CLIENT_SECRET,
    wellKnown: `${provider.issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    userinfo: { request: claimsOfPerson },
  }
}

/** Id tokens may leave the address out (OpenID Connect Core 5.4); then it is asked for. What is signed wins. */
const claimsOfPerson: UserinfoRequest = async ({ client, tokens }) => {
  const set = tokens as TokenSet // next-auth hands out openid-client's own
  const signed = set.claims() as Profile
  if (signed.email !== undefined || client.issuer.metadata.userinfo_endpoint === undefined) return signed
  // openid-client refuses user info about another person than the id token's.
  return { ...(await client.userinfo(set)), ...signed }
}

/** GitHub speaks OAuth alone. Its public address of a person is not verified; the primary one of a list of its own is. */
function gitHub(config: Config, { issuer }: Provider): Partial<OAuthConfig<Profile>> {
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`
  return {
    clientId: config.AUTH_GITHUB_ID,
    clientSecret: config.AUTH_GITHUB_SECRET,
    issuer: `${issuer}/login/oauth`,
    authorization: { url: `${issuer}/login/oauth/authorize`, params: { scope: 'read:user user:email' } },
    token: `${issuer}/login/oauth/access_token`,
    checks: ['pkce', 'state'],
    userinfo: {
      url: `${api}/user`,
      request: async ({ client, tokens }) => {
        const user = await client.userinfo(tokens.access_token ?? '')
        const email = await primaryAddress(api, tokens.access_token ?? '')
        return { ...user, email, email_verified: email !== undefined }
      },
    },
  }
}

const gitHubAddresses = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** Undefined when there is none, or when the person did not let this site see it. */
async function primaryAddress(api: string, token: string): Promise<string | undefined> {
  const response = await fetch(`${api}/user/emails`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'tain' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) return undefined
  const addresses = gitHubAddresses.parse(await response.json())
  return addresses.find(({ primary, verified }) => primary && verified)?.email
}

/** The provider with this id, if it is set, and how next-auth asks it. */
export function nextAuthProvider(config: Config, id: string) {
  const provider = findProvider(config, id)
  return provider && { provider, definition: nextAuthProviderOf(config, provider) }
}
