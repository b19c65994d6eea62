import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type Handler = (req: IncomingMessage, res: ServerResponse) => void

interface Rooms {
  gateway: { isGatewayTarget: (target: string) => boolean; handle: Handler }
  site: Handler
}

export interface FrontDoor {
  server: Server
  /** Stops accepting, lets what runs finish until `timeoutMs`, then closes the rest. Resolves when nothing is open. */
  close: (timeoutMs: number) => Promise<void>
}

/** A client that has not sent its whole head by then is cut off (`trust.md` check 24). */
const HEADERS_TIMEOUT_MS = 15_000
/** Longer than the 60 s that proxies in front keep their connections, so that they never meet a closing one. */
const KEEP_ALIVE_MS = 65_000

/** The one server of the Node host: `/v1` goes to the gateway before Next sees it, everything else to the site. */
export function createFrontDoor({ gateway, site }: Rooms): FrontDoor {
  let closing = false
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0, // Uploads may be long; the gateway watches over idle ones.
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (req, res) => {
      if (closing) {
        res.once('close', () => server.closeIdleConnections())
        if (req.url === '/readyz') return refuseReadiness(res)
      }
      if (gateway.isGatewayTarget(req.url ?? '')) gateway.handle(req, res)
      else site(req, res)
    },
  )
  // No WebSockets yet; without a listener Node would treat the upgrade as a plain request.
  server.on('upgrade', (_req, socket) => {
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })

  return {
    server,
    close: (timeoutMs) =>
      new Promise((resolve) => {
        closing = true
        const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs)
        const sweep = setInterval(() => server.closeIdleConnections(), 250)
        server.close(() => {
          clearTimeout(deadline)
          clearInterval(sweep)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function refuseReadiness(res: ServerResponse): void {
  res.writeHead(503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end('{"status":"stopping"}')
}
