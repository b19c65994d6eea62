import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** An upstream whose sockets the test holds in its hands. */
export interface SocketUpstream {
  url: string
  requests: IncomingMessage[]
  next(): Promise<WebSocket>
  /** Answers instead of agreeing. */
  refuseWith?: { status: number; body: string } | undefined
  close(): Promise<void>
}

export async function startSocketUpstream(): Promise<SocketUpstream> {
  const server = createServer()
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  })
  let arrival = Promise.withResolvers<WebSocket>()
  const upstream: SocketUpstream = {
    url: '',
    requests: [],
    next: () => arrival.promise,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  server.on('upgrade', (req, socket, early) => {
    upstream.requests.push(req)
    const { refuseWith } = upstream
    if (refuseWith) {
      const { status, body } = refuseWith
      socket.end(
        `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(req, socket, early, (client) => {
      arrival.resolve(client)
      arrival = Promise.withResolvers()
    })
  })
  await listening(server)
  upstream.url = `http://127.0.0.1:${portOf(server)}/v1`
  return upstream
}

export async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

// A server that listens on TCP has an AddressInfo.
export const portOf = (server: Server) => (server.address() as AddressInfo).port

/** The status and the code with which the handshake was refused. */
export async function refusalOf(client: WebSocket): Promise<unknown[]> {
  client.on('error', () => {})
  // ws hands over the request and the response.
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return [response.statusCode, JSON.parse(String(Buffer.concat(chunks))).error.code]
}
