import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeOpenAIAdmin {
  /** Ending in `/v1`. */
  baseUrl: string
  /** The service accounts that exist, with the one key of each. */
  readonly accounts: Map<string, { name: string; secret: string }>
  /** Method and path of every call. */
  readonly calls: string[]
  /** How the next calls are answered instead: with a status, or not at all. `lost`: it is done, and not answered. */
  readonly faults: (number | 'stall' | 'lost')[]
  close(): Promise<void>
}

export const ADMIN_KEY = 'sk-admin-canary-of-the-tests-0123456789'
export const PROJECT = 'proj_of_the_tests'

const PATH = new RegExp(`^/v1/organization/projects/${PROJECT}/service_accounts(?:/([\\w-]+))?$`)

/** The part of OpenAI's administration API that rotation uses, as its reference describes it. */
export async function startFakeOpenAIAdmin(): Promise<FakeOpenAIAdmin> {
  const accounts: FakeOpenAIAdmin['accounts'] = new Map()
  const calls: string[] = []
  const faults: FakeOpenAIAdmin['faults'] = []
  let made = 0

  const describe = (id: string, name: string) => ({
    object: 'organization.project.service_account',
    id,
    name,
    role: 'member',
    created_at: 1_795_000_000,
  })

  function create({ name }: { name: string }) {
    const id = `svc_acct_${++made}`
    const secret = `sk-svcacct-canary-${made}-0123456789`
    accounts.set(id, { name, secret })
    const key = {
      object: 'organization.project.service_account.api_key',
      id: `key_${made}`,
      name: 'Secret Key',
    }
    return {
      ...describe(id, name),
      api_key: { ...key, value: secret, created_at: 1_795_000_000, expires_at: null },
    }
  }

  function list(url: URL) {
    const ids = [...accounts.keys()]
    const after = url.searchParams.get('after')
    const begin = after === null ? 0 : ids.indexOf(after) + 1
    // Small pages, whatever is asked for: what is not on the first has to be found too.
    const page = ids.slice(begin, begin + 2)
    const data = page.map((id) => describe(id, accounts.get(id)?.name ?? ''))
    const hasMore = begin + 2 < ids.length
    return {
      object: 'list',
      data,
      first_id: page[0] ?? null,
      last_id: page.at(-1) ?? null,
      has_more: hasMore,
    }
  }

  function answer(req: IncomingMessage, url: URL, id: string | undefined, body: string): [number, unknown] {
    if (req.headers.authorization !== `Bearer ${ADMIN_KEY}`)
      return [401, failure('Incorrect API key provided')]
    if (req.method === 'GET' && id === undefined) return [200, list(url)]
    if (req.method === 'POST' && id === undefined) return [200, create(JSON.parse(body))]
    if (req.method === 'DELETE' && id !== undefined) {
      if (!accounts.delete(id)) return [404, failure('No such service account')]
      return [200, { object: 'organization.project.service_account.deleted', id, deleted: true }]
    }
    return [404, failure('Invalid URL')]
  }

  async function onRequest(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '', 'http://admin')
    calls.push(`${req.method} ${url.pathname}`)
    let body = ''
    for await (const chunk of req) body += chunk
    const fault = faults.shift()
    if (fault === 'stall') return
    const known = PATH.exec(url.pathname)
    const [status, json] =
      typeof fault === 'number'
        ? [fault, failure('as planned')]
        : known
          ? answer(req, url, known[1], body)
          : [404, failure('Invalid URL')]
    if (fault === 'lost') return void req.socket.destroy()
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  }

  const server = createServer((req, res) => void onRequest(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    // A server that listens on TCP has an AddressInfo.
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    accounts,
    calls,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const failure = (message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
})
