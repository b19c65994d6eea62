import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What Vault does instead of answering. `stall` never answers, `drip` never ends; `garbage` is a page of some proxy's; of
 * `half` an answer the rest never comes; `lost` is done and not answered.
 */
export type VaultFault =
  | 'stall'
  | 'drip'
  | 'garbage'
  | 'half'
  | 'busy'
  | 'sealed'
  | 'broken'
  | 'reset'
  | 'lost'
  | { redirectTo: string }

/**
 * Vault's HTTP API as its documentation has it, for the parts that the site uses: KV version 2 with versions and
 * check-and-set, tokens with a time to live, AppRole, Kubernetes, namespaces. Only its policies are simple: a token may do
 * everything in its namespace unless `denied` has the path.
 */
export interface FakeVault {
  readonly url: string
  /** Every call in order, as `METHOD path`. */
  readonly calls: string[]
  /** Secrets by `namespace|mount/path`. */
  write(place: string, data: Record<string, unknown>): void
  read(place: string): Record<string, unknown> | undefined
  /** Deletes the newest version, as `vault kv delete`. */
  remove(place: string): void
  /** Makes a token that was not signed in for. `ttl` in seconds, 0 for ever; renewals end at `maxTtl`. */
  issue(options?: { ttl?: number; renewable?: boolean; namespace?: string }, maxTtl?: number): string
  revokeAll(): void
  /** Moves Vault's clock. */
  advance(ms: number): void
  /** For the next `count` calls of which the path contains `path`. */
  fail(fault: VaultFault, options?: { count?: number; path?: string }): void
  readonly denied: Set<string>
  readonly roles: {
    approle: { roleId: string; secretId: string; usesLeft: number; ttl: number; maxTtl: number }
    kubernetes: { role: string; jwt: string; ttl: number }
  }
  /** Resolves with the next call of which the line contains `part`. */
  nextCall(part: string): Promise<string>
  close(): Promise<void>
}

interface Token {
  namespace: string
  ttl: number
  endsAtMs: number
  lastEndsAtMs: number
  renewable: boolean
}
interface Version {
  data: Record<string, unknown> | null
}

export async function startFakeVault(): Promise<FakeVault> {
  const tokens = new Map<string, Token>()
  const secrets = new Map<string, Version[]>()
  const faults: { fault: VaultFault; count: number; path: string }[] = []
  const waiting: { part: string; resolve: (line: string) => void }[] = []
  const denied = new Set<string>()
  const calls: string[] = []
  const roles: FakeVault['roles'] = {
    approle: { roleId: 'role-of-tain', secretId: 'secret-of-tain', usesLeft: 100, ttl: 3600, maxTtl: 86_400 },
    kubernetes: { role: 'tain', jwt: 'jwt-of-the-pod', ttl: 3600 },
  }
  let skewMs = 0
  let made = 0
  const now = () => Date.now() + skewMs

  const issue: FakeVault['issue'] = ({ ttl = 0, renewable = true, namespace = '' } = {}, maxTtl = 86_400) => {
    const value = `hvs.token${++made}`
    const endsAtMs = ttl === 0 ? Number.POSITIVE_INFINITY : now() + ttl * 1000
    const lastEndsAtMs = ttl === 0 ? Number.POSITIVE_INFINITY : now() + maxTtl * 1000
    tokens.set(value, { namespace, ttl, endsAtMs, lastEndsAtMs, renewable })
    return value
  }
  const auth = (value: string) => {
    const token = tokens.get(value)
    const leaseSeconds = token && token.ttl > 0 ? Math.round((token.endsAtMs - now()) / 1000) : 0
    return {
      request_id: crypto.randomUUID(),
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: null,
      auth: {
        client_token: value,
        accessor: 'accessor',
        policies: ['default', 'tain'],
        lease_duration: leaseSeconds,
        renewable: token?.renewable ?? false,
        token_type: 'service',
      },
    }
  }
  const data = (body: object) => ({
    request_id: crypto.randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: body,
    auth: null,
  })
  const metadata = (version: number, isDeleted = false) => ({
    created_time: '2026-11-01T00:00:00.000000000Z',
    custom_metadata: null,
    deletion_time: isDeleted ? '2026-11-02T00:00:00.000000000Z' : '',
    destroyed: false,
    version,
  })
  const denial = { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } }

  function login(path: string, namespace: string, body: Record<string, unknown>) {
    const { approle, kubernetes } = roles
    if (path === 'auth/approle/login') {
      const isRight = body.role_id === approle.roleId && body.secret_id === approle.secretId
      if (!isRight || approle.usesLeft-- <= 0) {
        return { status: 400, body: { errors: ['invalid role or secret ID'] } }
      }
      return { status: 200, body: auth(issue({ ttl: approle.ttl, namespace }, approle.maxTtl)) }
    }
    if (body.role !== kubernetes.role || body.jwt !== kubernetes.jwt) return denial
    return { status: 200, body: auth(issue({ ttl: kubernetes.ttl, namespace })) }
  }

  function self(path: string, value: string, token: Token) {
    const leftSeconds = token.ttl === 0 ? 0 : Math.round((token.endsAtMs - now()) / 1000)
    if (path.endsWith('lookup-self')) {
      return { status: 200, body: data({ id: value, ttl: leftSeconds, renewable: token.renewable }) }
    }
    if (!token.renewable) return { status: 400, body: { errors: ['lease is not renewable'] } }
    token.endsAtMs = Math.min(token.lastEndsAtMs, now() + token.ttl * 1000)
    return { status: 200, body: auth(value) }
  }

  function keyValue(method: string, place: string, body: Record<string, unknown>) {
    const versions = secrets.get(place) ?? []
    const newest = versions.at(-1)
    if (method === 'GET') {
      if (!newest) return { status: 404, body: { errors: [] } }
      const answer = data({
        data: newest.data,
        metadata: metadata(versions.length, newest.data === null),
      })
      return { status: newest.data === null ? 404 : 200, body: answer }
    }
    const cas = (body.options as { cas?: number } | undefined)?.cas
    if (cas !== undefined && cas !== versions.length) {
      const errors = ['check-and-set parameter did not match the current version']
      return { status: 400, body: { errors } }
    }
    write(place, body.data as Record<string, unknown>)
    return { status: 200, body: data(metadata(versions.length + 1)) }
  }

  function write(place: string, fields: Record<string, unknown>): void {
    secrets.set(place, [...(secrets.get(place) ?? []), { data: fields }])
  }

  function answer(method: string, path: string, req: IncomingMessage, body: Record<string, unknown>) {
    const namespace = String(req.headers['x-vault-namespace'] ?? '').replace(/^\/|\/$/g, '')
    if (req.headers['x-vault-request'] !== 'true') return denial
    if (/^auth\/[^/]+\/login$/.test(path)) return login(path, namespace, body)
    const value = String(req.headers['x-vault-token'] ?? '')
    const token = tokens.get(value)
    if (!token || token.endsAtMs <= now() || token.namespace !== namespace || denied.has(path)) return denial
    if (path.startsWith('auth/token/')) return self(path, value, token)
    const [, mount, secret] = /^(.+?)\/data\/(.+)$/.exec(path) ?? []
    if (mount === undefined) return { status: 404, body: { errors: [`no handler for route "${path}"`] } }
    return keyValue(method, `${namespace}|${mount}/${secret}`, body)
  }

  async function onRequest(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = decodeURIComponent((req.url ?? '').replace(/^\/v1\//, ''))
    const line = `${req.method} ${path}`
    let text = ''
    for await (const chunk of req) text += chunk
    calls.push(line)
    for (const waiter of waiting.filter(({ part }) => line.includes(part))) {
      waiting.splice(waiting.indexOf(waiter), 1)
      waiter.resolve(line)
    }
    const planned = faults.find((some) => some.count > 0 && path.includes(some.path))
    if (planned) planned.count--
    if (planned && planned.fault !== 'lost') return misbehave(planned.fault, req, res)
    const { status, body } = answer(req.method ?? '', path, req, text === '' ? {} : JSON.parse(text))
    if (planned) return void req.socket.destroy()
    res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    res.end(JSON.stringify(body))
  }

  const server = createServer((req, res) => void onRequest(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    denied,
    roles,
    write,
    read: (place) => secrets.get(place)?.at(-1)?.data ?? undefined,
    remove: (place) => secrets.get(place)?.push({ data: null }),
    issue,
    revokeAll: () => tokens.clear(),
    advance(ms) {
      skewMs += ms
    },
    fail: (fault, { count = 1, path = '' } = {}) => void faults.push({ fault, count, path }),
    nextCall: (part) => new Promise((resolve) => waiting.push({ part, resolve })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function misbehave(fault: Exclude<VaultFault, 'lost'>, req: IncomingMessage, res: ServerResponse): void {
  if (fault === 'stall') return
  if (fault === 'drip') {
    const dripping = setInterval(() => res.write(' '), 10)
    return void res.once('close', () => clearInterval(dripping))
  }
  if (fault === 'half') {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '400' })
    return void res.write('{"data":{"data":{"OPENAI_API', () => req.socket.destroy())
  }
  if (fault === 'busy') return void res.writeHead(429).end('{"errors":["rate limit quota exceeded"]}')
  if (fault === 'reset') return void req.socket.destroy()
  if (fault === 'garbage') return void res.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome')
  if (fault === 'sealed') return void res.writeHead(503).end('{"errors":["Vault is sealed"]}')
  if (fault === 'broken') return void res.writeHead(500).end('{"errors":["internal error"]}')
  res.writeHead(307, { location: `${fault.redirectTo}${req.url}` }).end()
}
