import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { asksForWebSocket } from '../lib/gateway/socket-handshake.ts'
import type { NodeGateway } from './gateway/node-gateway.ts'
import type { StatusPage } from './gateway/status-page.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => void

interface Rooms {
  gateway: Pick<NodeGateway, 'isGatewayTarget' | 'handle' | 'upgrade'>
  statusPage: StatusPage
  site: Handler
  /** Takes WebSockets of the site: in development, Next's own. */
  siteUpgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export interface Door {
  server: Server
  /** Stops accepting, lets what runs finish until `timeoutMs`, then closes the rest. Resolves when nothing is open. */
  close: (timeoutMs: number) => Promise<void>
}

/** A client that has not sent its whole head by then is cut off (`trust.md` check 24). */
const HEADERS_TIMEOUT_MS = 15_000
/** Longer than the 60 s that proxies in front keep their connections, so that they never meet a closing one. */
const KEEP_ALIVE_MS = 65_000

/** The one server of the Node host: `/v1` goes to the gateway before Next sees it, everything else to the site. */
export function createFrontDoor(rooms: Rooms): Door {
  const { gateway, statusPage, siteUpgrade = refuseUpgrade } = rooms
  const site: Handler = (req, res) => (namesPath(req) ? rooms.site(req, res) : refuseTarget(res))
  let closing = false
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000, // Node looks every 30 s otherwise.
      requestTimeout: 0, // Uploads may be long; the gateway watches over idle ones.
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The kernel finds out about peers that are gone without a word.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    },
    (req, res) => {
      if (closing && req.url === '/readyz') return refuseReadiness(res)
      if (gateway.isGatewayTarget(req.url ?? '')) gateway.handle(req, res)
      else if (!statusPage(req, res)) site(req, res)
    },
  )
  // The gateway asks for a body only after it knows who is calling; the site's own bodies are small.
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    if (gateway.isGatewayTarget(req.url ?? '')) return gateway.handle(req, res, { expectsContinue: true })
    res.writeContinue()
    site(req, res)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (req: IncomingMessage, socket: Socket, early: Buffer) => {
    if (!gateway.isGatewayTarget(req.url ?? '')) return siteUpgrade(req, socket, early)
    if (closing || !asksForWebSocket(req.method, req.headers.upgrade)) return refuseUpgrade(req, socket)
    gateway.upgrade(req, socket, early)
  })

  return {
    server,
    close: (timeoutMs) => {
      closing = true
      return closeGently(server, sockets, timeoutMs)
    },
  }
}

function closeGently(server: Server, sockets: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const closeIdle = () => {
      server.closeIdleConnections()
      // Browsers open connections before they need them. To Node one that has never asked for anything is not idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }
    // A kept connection becomes idle when its last answer ends, which has no event of its own.
    const sweep = setInterval(closeIdle, 100)
    // All of them: upgraded ones are no longer the server's to close.
    const deadline = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, timeoutMs)
    server.close(() => {
      clearTimeout(deadline)
      clearInterval(sweep)
      resolve()
    })
    closeIdle()
  })
}

/** Nothing here becomes anything but a WebSocket; without a listener Node would treat the upgrade as a plain request. */
function refuseUpgrade(_req: IncomingMessage, socket: Duplex): void {
  socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

/**
 * Browsers and the proxies in front name a path (RFC 9112, 3.2.1), encoded as UTF-8. Of a whole address Next would make a
 * redirect to it, and it fails at anything else.
 */
function namesPath({ url = '' }: IncomingMessage): boolean {
  if (!url.startsWith('/')) return false
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

function refuseTarget(res: ServerResponse): void {
  res.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  res.end('The request must name a path of this site.\n')
}

function refuseReadiness(res: ServerResponse): void {
  res.writeHead(503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end('{"status":"stopping"}')
}
