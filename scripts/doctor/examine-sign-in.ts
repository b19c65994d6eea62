import { z } from 'zod'
import { type Provider, providersOf } from '#lib/accounts/providers/configured.ts'
import type { Config } from '#lib/config.ts'
import { type ClockReading, type Finding, findingsAbout } from './finding.ts'
import { unreachable } from './unreachable.ts'

const { well, remark, wrong } = findingsAbout('Sign-in')

const TIMEOUT_MS = 10_000
const MAX_BYTES = 1 << 20

interface Examined {
  findings: Finding[]
  clocks: ClockReading[]
}

/** Whether people can sign in at GitHub, Google and the OpenID Connect provider, as far as that shows without a person. */
export async function examineSignIn(config: Config): Promise<Examined> {
  const examined = await Promise.all(
    providersOf(config).map((provider) =>
      provider.id === 'github' ? examineGitHub(config, provider) : examineIssuer(config, provider),
    ),
  )
  return {
    findings: examined.flatMap(({ findings }) => findings),
    clocks: examined.flatMap(({ clocks }) => clocks),
  }
}

/** What is used of a provider's metadata (OpenID Connect Discovery 1.0, 3). */
const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  response_types_supported: z.array(z.string()).default(['code']),
  id_token_signing_alg_values_supported: z.array(z.string()).default(['RS256']),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  claims_supported: z.array(z.string()).optional(),
})
type Metadata = z.infer<typeof metadata>

async function examineIssuer(config: Config, { id, name, issuer }: Provider): Promise<Examined> {
  const url = `${issuer}/.well-known/openid-configuration`
  const setting = id === 'oidc' ? 'OIDC_ISSUER' : 'AUTH_GOOGLE_ID'
  const heard = await ask(url)
  if ('unreachable' in heard)
    return only(wrong(`${name}: ${heard.unreachable.says}.`, heard.unreachable.advice))
  const read = metadata.safeParse(heard.json)
  if (heard.status !== 200 || !read.success) {
    const what = heard.status === 200 ? 'no metadata of OpenID Connect' : `status ${heard.status}`
    return only(
      wrong(
        `${name} has ${what} at ${url}.`,
        `${setting} must be the address below which that document is, without it: Keycloak's ends in /realms/NAME, Entra's in /TENANT-ID/v2.0.`,
      ),
    )
  }
  const findings = [
    ...judgeMetadata(config, name, issuer, read.data),
    ...(await examineKeys(name, read.data)),
    ...(await examineClient(config, id, name, read.data.token_endpoint)),
  ]
  if (findings.every(({ state }) => state !== 'wrong')) {
    findings.unshift(well(`${name} describes itself at ${issuer}, in ${heard.tookMs} ms.`))
  }
  return { findings, clocks: heard.aheadMs === undefined ? [] : [{ whose: name, aheadMs: heard.aheadMs }] }
}

const only = (finding: Finding): Examined => ({ findings: [finding], clocks: [] })

/** What of the metadata would let every sign-in fail, or surprise. */
function judgeMetadata(config: Config, name: string, issuer: string, told: Metadata): Finding[] {
  const findings: Finding[] = []
  if (told.issuer.replace(/\/+$/, '') !== issuer) {
    findings.push(
      wrong(
        `${name} calls itself ${told.issuer}, which is not what is set.`,
        told.issuer.includes('{tenantid}')
          ? "Entra's common address stands for many issuers: name your tenant's own, https://login.microsoftonline.com/TENANT-ID/v2.0."
          : 'Set OIDC_ISSUER to exactly that, or nobody whom it vouches for is known again.',
      ),
    )
  }
  for (const [field, wanted] of [
    ['response_types_supported', 'code'],
    ['id_token_signing_alg_values_supported', 'RS256'],
    ['token_endpoint_auth_methods_supported', 'client_secret_basic'],
  ] as const) {
    if (told[field].includes(wanted)) continue
    findings.push(
      wrong(`${name} cannot do ${wanted} (${field}), which Tain asks for.`, 'Allow it for this client.'),
    )
  }
  if (told.claims_supported && !told.claims_supported.includes('email_verified')) {
    const says = `${name} does not say whether addresses are verified, so it is never believed about one: people are known by its number for them alone`
    findings.push(
      config.PROVIDER_EMAIL_DOMAINS.length > 0
        ? wrong(
            `${says}, and PROVIDER_EMAIL_DOMAINS lets nobody in.`,
            'Take PROVIDER_EMAIL_DOMAINS out and let the provider decide who may use this application (docs/accounts.md).',
          )
        : remark(`${says}.`, 'That is safe; docs/accounts.md says what follows from it.'),
    )
  }
  return findings
}

const keySet = z.object({ keys: z.array(z.unknown()).min(1) })

async function examineKeys(name: string, { jwks_uri: url }: Metadata): Promise<Finding[]> {
  const heard = await ask(url)
  if ('unreachable' in heard) return [wrong(`${name}: ${heard.unreachable.says}.`, heard.unreachable.advice)]
  if (heard.status === 200 && keySet.safeParse(heard.json).success) return []
  return [
    wrong(
      `${name} has no keys at ${url} (status ${heard.status}), so that nothing it signs can be checked.`,
      'That is for whoever runs it to mend.',
    ),
  ]
}

/** Shows id and secret with a code that nobody was given: what is wrong with the code shows that they are right. */
async function examineClient(
  config: Config,
  id: Provider['id'],
  name: string,
  endpoint: string,
): Promise<Finding[]> {
  const [clientId, secret, settings] = clientOf(config, id)
  const inUrl = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  const headers: Record<string, string> = { accept: 'application/json' }
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'npm-run-doctor',
    redirect_uri: `${config.SITE_URL}/api/auth/callback/${id}`,
    code_verifier: 'doctor'.repeat(8),
  })
  if (id === 'github') {
    body.set('client_id', clientId)
    body.set('client_secret', secret)
  } else {
    // RFC 6749, 2.3.1.
    headers.authorization = `Basic ${Buffer.from(`${inUrl(clientId)}:${inUrl(secret)}`).toString('base64')}`
  }
  const heard = await ask(endpoint, { method: 'POST', headers, body })
  if ('unreachable' in heard) return [wrong(`${name}: ${heard.unreachable.says}.`, heard.unreachable.advice)]
  const { error } = oauthError.catch({}).parse(heard.json)
  if (
    error === 'invalid_client' ||
    error === 'unauthorized_client' ||
    error === 'incorrect_client_credentials'
  ) {
    return [
      wrong(
        `${name} does not know this site by its id and secret (${error}).`,
        `Compare ${settings} with what it shows; secrets expire at some.`,
      ),
    ]
  }
  if (error === 'redirect_uri_mismatch') {
    return [wrong(`${name} does not send people back here.`, `Enter ${body.get('redirect_uri')} there.`)]
  }
  return []
}

const oauthError = z.object({ error: z.string().optional() })

function clientOf(config: Config, id: Provider['id']): [clientId: string, secret: string, settings: string] {
  const of = {
    oidc: [config.OIDC_CLIENT_ID, config.OIDC_CLIENT_SECRET, 'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET'],
    google: [config.AUTH_GOOGLE_ID, config.AUTH_GOOGLE_SECRET, 'AUTH_GOOGLE_ID and AUTH_GOOGLE_SECRET'],
    github: [config.AUTH_GITHUB_ID, config.AUTH_GITHUB_SECRET, 'AUTH_GITHUB_ID and AUTH_GITHUB_SECRET'],
  } as const
  const [clientId = '', secret = '', settings] = of[id]
  return [clientId, secret, settings]
}

async function examineGitHub(config: Config, { id, name, issuer }: Provider): Promise<Examined> {
  const findings = await examineClient(config, id, name, `${issuer}/login/oauth/access_token`)
  if (findings.length === 0) findings.push(well(`${name} answers at ${issuer} and knows this site.`))
  return { findings, clocks: [] }
}

type Heard =
  | { status: number; json: unknown; tookMs: number; aheadMs?: number }
  | { unreachable: ReturnType<typeof unreachable> }

async function ask(url: string, init: RequestInit = {}): Promise<Heard> {
  const startedMs = Date.now()
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = (await response.text()).slice(0, MAX_BYTES)
    const tookMs = Date.now() - startedMs
    const serverMs = Date.parse(response.headers.get('date') ?? '')
    return {
      status: response.status,
      json: jsonOf(text),
      tookMs,
      ...(!Number.isNaN(serverMs) && { aheadMs: serverMs - (startedMs + tookMs / 2) }),
    }
  } catch (error) {
    return { unreachable: unreachable(new URL(url), error, TIMEOUT_MS) }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
