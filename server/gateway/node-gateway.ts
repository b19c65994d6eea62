import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { hmacOf } from '../../lib/accounts/digest.ts'
import { createGateway, type GatewayTools, serve } from '../../lib/gateway/gateway.ts'
import type { GatewaySettings, SupplySettings } from '../../lib/gateway/gateway-settings.ts'
import type { SupplyStatus } from '../../lib/gateway/supply.ts'
import { isGatewayTarget } from '../../lib/gateway/target.ts'
import { discardRest } from './caller-body.ts'
import { createInnerFetch } from './inner-fetch.ts'
import { NodeExchange } from './node-exchange.ts'
import { startProbes } from './probes.ts'
import { SocketExchange } from './socket-exchange.ts'
import { createUpstreamAgent } from './upstream-agent.ts'

export interface NodeGateway {
  /**
   * Answers a request whose target `isGatewayTarget` claims. With `expectsContinue` (a server's `checkContinue` event)
   * the caller is asked for its body only after it was admitted and identified.
   */
  handle(req: IncomingMessage, res: ServerResponse, options?: { expectsContinue?: boolean }): void
  /**
   * Answers this process's own requests as `handle` answers others', without a connection in between. Takes addresses and
   * bodies that are text; rejects as `fetch` does, also for an answer that upstream compressed without having been asked to.
   */
  fetch: typeof fetch
  /** Takes a request that asks to become a WebSocket, with its socket and what was sent behind it. */
  upgrade(req: IncomingMessage, socket: Socket, early: Buffer): void
  isGatewayTarget(rawTarget: string): boolean
  /** Takes over other keys and upstreams. Requests that run keep theirs. */
  replace(settings: SupplySettings): void
  status(): SupplyStatus
  /** Breaks what still runs and closes all connections to upstreams. Call it when the server has drained. */
  close(): Promise<void>
}

export type NodeGatewayTools = Omit<GatewayTools, 'sha256' | 'hmac'> & {
  /** How often upstreams are asked for their models; never when absent. */
  probeIntervalMs?: number
}

/** How long a caller may go on sending a body after it was answered. */
const DISCARD_TIMEOUT_MS = 30_000

/** The gateway on `node:http` and undici: bytes, timing and connections as exact as HTTP allows. */
export function createNodeGateway(settings: GatewaySettings, tools: NodeGatewayTools): NodeGateway {
  const gateway = createGateway(settings, {
    ...tools,
    sha256: (text) => hash('sha256', text),
    hmac: hmacOf,
  })
  const { supply, maxBodyBytes } = gateway
  const upstreams = createUpstreamAgent(settings)
  const stopProbes = startProbes(supply, upstreams.agent, tools.probeIntervalMs)
  return {
    handle(req, res, { expectsContinue = false } = {}) {
      const exchange = new NodeExchange(req, res, upstreams, { expectsContinue, maxBodyBytes })
      void serve(exchange, gateway).then(() => discardRest(req, DISCARD_TIMEOUT_MS))
    },
    fetch: createInnerFetch(gateway, upstreams),
    upgrade(req, socket, early) {
      void serve(new SocketExchange(req, socket, early, settings), gateway)
    },
    isGatewayTarget,
    replace: (replaced) => supply.replace(replaced),
    status: () => supply.status(),
    async close() {
      stopProbes()
      await upstreams.agent.destroy()
    },
  }
}
