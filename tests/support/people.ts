import { createSiteClient, type SiteClient } from './site-client.ts'

/** The password of everybody in tests. */
export const PASSWORD = 'a quiet silver mirror'

/** A person at another computer: what a request that came through somebody else's proxy looks like. */
export function remoteClient(url: string, cookies = new Map<string, string>()): SiteClient {
  const client = createSiteClient(url, cookies)
  const fetchFromAfar: SiteClient['fetch'] = (path, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('via', '1.1 proxy.example')
    return client.fetch(path, { ...init, headers })
  }
  return {
    ...client,
    fetch: fetchFromAfar,
    post: (path, body) =>
      fetchFromAfar(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
  }
}

/** Becomes the owner of a site that was started with this OWNER_CODE. */
export async function claimSite(url: string, code: string, owner = remoteClient(url)): Promise<SiteClient> {
  await expectDone(
    owner.post('/api/account/claim', {
      code,
      name: 'Olga',
      email: 'owner@example.org',
      password: PASSWORD,
    }),
  )
  return owner
}

/** Somebody whom the owner invited. */
export async function invitePerson(
  url: string,
  owner: SiteClient,
  name: string,
  client = remoteClient(url),
): Promise<SiteClient> {
  const { path } = await (await owner.post('/api/console/invitations')).json()
  const [, code] = path.split('#')
  const person = { name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD, code }
  await expectDone(client.post('/api/account/sign-up', person))
  return client
}

async function expectDone(answer: Promise<Response>): Promise<void> {
  const response = await answer
  if (response.status !== 204)
    throw new Error(`the site answered ${response.status}: ${await response.text()}`)
}
