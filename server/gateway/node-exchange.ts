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
  return {
    head: { method: req.method ?? '', target: req.url ?? '', headers: req.rawHeaders },
    refuse: (refusal) => refuse(res, refusal),
    forward(request, toCaller) {
      if (expectsContinue) res.writeContinue()
      return new Promise((resolve) => {
        new Relay(req, res, upstreams, toCaller, resolve).start(request)
      })
    },
  }
}

function refuse(res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent || res.destroyed) return
  const body = refusalBody(refusal)
  const length = ['content-length', String(Buffer.byteLength(body))]
  res.writeHead(refusal.status, STATUS_CODES[refusal.status], [...refusalHeaders(refusal), ...length])
  res.end(body)
}
