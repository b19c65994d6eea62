import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Exchange } from '../../lib/gateway/gateway.ts'
import { type Refusal, refusalBody, refusalHeaders } from '../../lib/gateway/refusal.ts'
import { Relay } from './relay.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

/** One request on `node:http`, forwarded with undici's dispatcher: no stream object and no copy in between. */
export function createNodeExchange(
  req: IncomingMessage,
  res: ServerResponse,
  upstreams: UpstreamAgent,
  expectsContinue = false,
): Exchange {
  let waitsToSend = expectsContinue
  return {
    head: { method: req.method ?? '', target: req.url ?? '', headers: req.rawHeaders },
    refuse: (refusal) => refuse(res, refusal, waitsToSend),
    forward(request, toCaller) {
      if (waitsToSend) res.writeContinue()
      waitsToSend = false
      return new Promise((resolve) => {
        new Relay(req, res, upstreams, toCaller, resolve).start(request)
      })
    },
  }
}

/** With `close`, for a caller who may take a refusal as leave not to send its body: what it sends next is no body. */
function refuse(res: ServerResponse, refusal: Refusal, close: boolean): void {
  if (res.headersSent || res.destroyed) return
  const body = refusalBody(refusal)
  const framing = [
    'content-length',
    String(Buffer.byteLength(body)),
    ...(close ? ['connection', 'close'] : []),
  ]
  res.writeHead(refusal.status, STATUS_CODES[refusal.status], [...refusalHeaders(refusal), ...framing])
  res.end(body)
}
