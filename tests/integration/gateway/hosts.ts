import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createFetchGateway, type FetchGateway } from '#lib/gateway/fetch-gateway.ts'
import type { GatewayTools } from '#lib/gateway/gateway.ts'
import type { GatewayEventLog, GatewayLog, GatewayLogFields } from '#lib/gateway/gateway-log.ts'
import type { GatewaySettings } from '#lib/gateway/gateway-settings.ts'
import { addressOf, type UpstreamAddress } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { createNodeGateway, type NodeGateway } from '#server/gateway/node-gateway.ts'

export const TOKEN = 'tain-0123456789abcdef0123456789abcdef'
/** The upstream's key; it may appear nowhere but in upstream's `authorization`. */
export const KEY = 'sk-canary-0123456789abcdef'

/** A gateway in this process, on a port of its own. */
export interface TestHost {
  origin: string
  port: number
  /** Lines of the log, each written when its request is over. */
  lines: GatewayLogFields[]
  /** Resolves with the log line that comes next. */
  nextLine(): Promise<GatewayLogFields>
  /** What was told about keys and accounts. */
  events: Parameters<GatewayEventLog>[2][]
  /** The gateway itself, where it can be spoken to (the Node carrier). */
  gateway?: NodeGateway
  close(): Promise<void>
}

export interface HostOptions extends Partial<GatewaySettings> {
  /** One upstream of this name, with one key. */
  upstream?: { name: string; url: string; key?: string }
  /** The same, called `test`, with {@link KEY}. */
  upstreamUrl?: string
  /** What the host lends. */
  lent?: Pick<GatewayTools, 'findCaller' | 'meter' | 'objectArchive'>
}

export type StartHost = (options?: HostOptions) => Promise<TestHost>

/** An upstream as the settings name it. */
export function upstreamAt(name: string, url: string): UpstreamAddress {
  const address = addressOf(name, url)
  if (!address) throw new Error(`${url} is no address of an upstream`)
  return address
}

function complete({ upstreamUrl, upstream, lent: _, ...given }: HostOptions = {}): GatewaySettings {
  const only =
    upstream ?? (upstreamUrl === undefined ? undefined : { name: 'test', url: upstreamUrl, key: KEY })
  return {
    upstreams: only ? [upstreamAt(only.name, only.url)] : [],
    keys: only?.key ? [{ account: 'only', secret: only.key }] : [],
    open: false,
    tokens: [TOKEN],
    idleTimeoutMs: 20_000,
    connectTimeoutMs: 2_000,
    ...given,
  }
}

function createLog() {
  const lines: GatewayLogFields[] = []
  let arrival = Promise.withResolvers<GatewayLogFields>()
  const log: GatewayLog = (_level, _event, fields) => {
    lines.push(fields)
    arrival.resolve(fields)
    arrival = Promise.withResolvers()
  }
  const events: TestHost['events'] = []
  const tell: GatewayEventLog = (_level, _event, fields) => events.push(fields)
  return { lines, log, events, tell, nextLine: () => arrival.promise }
}

async function listen(server: Server, log: ReturnType<typeof createLog>, stop: () => Promise<void>) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    lines: log.lines,
    events: log.events,
    nextLine: log.nextLine,
    async close() {
      server.closeAllConnections()
      await Promise.all([once(server, 'close'), server.close(), stop()])
    },
  }
}

/** The Node carrier behind a bare server. What it does not claim is answered by `site`, with the words "the site". */
export const startNodeCarrier: StartHost = async (given) => {
  const log = createLog()
  const gateway = createNodeGateway(complete(given), { ...log, ...given?.lent })
  const answer = (req: IncomingMessage, res: ServerResponse, expectsContinue: boolean) => {
    if (gateway.isGatewayTarget(req.url ?? '')) gateway.handle(req, res, { expectsContinue })
    else res.end('the site')
  }
  const server = createServer({ keepAliveTimeout: 60_000 })
  server.on('request', (req, res) => answer(req, res, false))
  server.on('checkContinue', (req, res) => answer(req, res, true))
  return { ...(await listen(server, log, () => gateway.close())), gateway }
}

/** The fetch carrier behind the smallest adapter to `node:http`. */
export const startFetchCarrier: StartHost = (given) => {
  const log = createLog()
  const gateway = createFetchGateway(complete(given), { ...log, ...given?.lent })
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    // A broken body has already destroyed the response, which is what the tests look at.
    adapt(gateway, req, res).catch(() => res.destroy())
  })
  return listen(server, log, async () => {})
}

async function adapt(gateway: FetchGateway, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const caller = new AbortController()
  res.once('close', () => caller.abort())
  const headers = new Headers()
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    headers.append(req.rawHeaders[i] ?? '', req.rawHeaders[i + 1] ?? '')
  }
  const announcesBody = 'transfer-encoding' in req.headers || 'content-length' in req.headers
  const hasBody = announcesBody && req.method !== 'GET' && req.method !== 'HEAD'
  const init: RequestInit = {
    method: req.method ?? '',
    headers,
    signal: caller.signal,
    // Node's streams of bytes have no narrower type than this.
    ...(hasBody && { body: Readable.toWeb(req) as ReadableStream<Uint8Array>, duplex: 'half' }),
  }
  const sent = new Request(`http://${req.headers.host}${req.url}`, init)
  const response = await gateway(sent, undefined, req.socket.remoteAddress)
  res.writeHead(response.status, response.statusText, [...response.headers].flat())
  if (!response.body) res.end()
  else {
    res.flushHeaders()
    // As above: the web's and Node's names for the same stream.
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), res)
  }
}

export const carriers = [
  ['node', startNodeCarrier],
  ['fetch', startFetchCarrier],
] as const
