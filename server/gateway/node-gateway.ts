import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGateway, serve } from '../../lib/gateway/gateway.ts'
import type { GatewayLog } from '../../lib/gateway/gateway-log.ts'
import type { GatewaySettings } from '../../lib/gateway/gateway-settings.ts'
import { isGatewayTarget } from '../../lib/gateway/target.ts'
import { discardRest } from './caller-body.ts'
import { createNodeExchange } from './node-exchange.ts'
import { createUpstreamAgent } from './upstream-agent.ts'

export interface NodeGateway {
  /**
   * Answers a request whose target `isGatewayTarget` claims. With `expectsContinue` (a server's `checkContinue` event)
   * the caller is asked for its body only after it was admitted and identified.
   */
  handle(req: IncomingMessage, res: ServerResponse, options?: { expectsContinue?: boolean }): void
  isGatewayTarget(rawTarget: string): boolean
  /** Breaks what still runs and closes all connections to upstreams. Call it when the server has drained. */
  close(): Promise<void>
}

/** How long a caller may go on sending a body after it was answered. */
const DISCARD_TIMEOUT_MS = 30_000

/** The gateway on `node:http` and undici: bytes, timing and connections as exact as HTTP allows. */
export function createNodeGateway(settings: GatewaySettings, { log }: { log: GatewayLog }): NodeGateway {
  const gateway = createGateway(settings, { log, sha256: (text) => hash('sha256', text) })
  const upstreams = createUpstreamAgent(settings)
  return {
    handle(req, res, options) {
      const exchange = createNodeExchange(req, res, upstreams, options?.expectsContinue)
      void serve(exchange, gateway).then(() => discardRest(req, DISCARD_TIMEOUT_MS))
    },
    isGatewayTarget,
    close: () => upstreams.agent.destroy(),
  }
}
