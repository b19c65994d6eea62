import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Configuration, errors, Provider } from 'oidc-provider'
import { freePort } from './ports.ts'
import type { SiteClient } from './site-client.ts'

/** Somebody whom the provider knows. */
export interface OidcPerson {
  name?: string
  email?: string
  email_verified?: boolean
}

/** A real OpenID Connect provider (`oidc-provider`) that insists on PKCE, for one client. */
export interface OidcProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** By subject. */
  people: Map<string, OidcPerson>
  /** Who sits at the browser that comes next: a subject, or nobody, whose sign-in is refused. */
  visitor: string | undefined
  /** Goes through the provider as a browser does, from `start` until it sends one back to `home`; gives that address. */
  through(start: string, home: string): Promise<string>
  close(): Promise<void>
}

const CLIENT = { clientId: 'tain', clientSecret: 'canary-oidc-client-secret' }

/**
 * Starts one for a site that is to be started next, with these settings: at `localhost`, since the site has to be where
 * the provider sends people back to.
 */
export async function startProviderOfSite() {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const oidc = await startOidcProvider(`${url}/api/auth/callback/oidc`)
  const env = {
    PORT: String(port),
    SITE_URL: url,
    OIDC_ISSUER: oidc.issuer,
    OIDC_CLIENT_ID: oidc.clientId,
    OIDC_CLIENT_SECRET: oidc.clientSecret,
  }
  return { oidc, env }
}

/**
 * Presses the site's button with what was `asked` there, goes through the provider as `subject` and comes back to `home`,
 * the site. Gives where that leads.
 */
export async function signInBy(
  oidc: OidcProvider,
  subject: string,
  client: SiteClient,
  home: string,
  asked: object = {},
): Promise<string | null> {
  oidc.visitor = subject
  const { csrfToken } = await (await client.fetch('/api/auth/csrf')).json()
  const { url } = await (await client.post('/api/auth/signin/oidc', { csrfToken, ...asked })).json()
  const { pathname, search } = new URL(await oidc.through(url, home))
  return (await client.fetch(pathname + search, { redirect: 'manual' })).headers.get('location')
}

/** Starts one that sends people back to `redirectUri`. Whoever comes is signed in as `visitor` without being asked. */
export async function startOidcProvider(redirectUri: string): Promise<OidcProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const people = new Map<string, OidcPerson>()
  const provider = new Provider(issuer, configurationOf(redirectUri, people))
  const running: OidcProvider = {
    issuer,
    ...CLIENT,
    people,
    visitor: undefined,
    through: followRedirects,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const callback = provider.callback()
  handle = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response)
    const result =
      running.visitor === undefined
        ? { error: 'access_denied', error_description: 'nobody sits there' }
        : { login: { accountId: running.visitor, remember: false } }
    provider
      .interactionFinished(request, response, result, { mergeWithLastSubmission: false })
      .catch((error: unknown) => response.writeHead(500).end(String(error)))
  }
  return running
}

async function followRedirects(start: string, home: string): Promise<string> {
  const jar = new Map<string, string>()
  let url = start
  for (let step = 0; step < 10; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${url} answered ${response.status}`)
    url = new URL(location, url).href
    if (url.startsWith(home)) return url
  }
  throw new Error('the provider goes round in circles')
}

function configurationOf(redirectUri: string, people: Map<string, OidcPerson>): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
      },
    ],
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    // Scopes were agreed to by whoever set it up, as in a company.
    async loadExistingGrant({ oidc }) {
      const { provider, client, session } = oidc
      if (!client || !session?.accountId) throw new errors.InvalidRequest('nobody signed in')
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...people.get(sub) }) }),
  }
}
