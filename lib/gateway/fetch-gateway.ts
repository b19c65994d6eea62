import { createFetchExchange, type FetchHost, type Send } from './fetch-exchange.ts'
import { createGateway, type GatewayTools, serve } from './gateway.ts'
import type { GatewaySettings } from './gateway-settings.ts'

/**
 * `target` is given by hosts that changed the request's URL; else it is path and query of the URL. `socketAddress` by
 * hosts that know who is at the other end.
 */
export type FetchGateway = (request: Request, target?: string, socketAddress?: string) => Promise<Response>

/**
 * The gateway on `fetch`, for hosts that have nothing else. It answers every request and never rejects; a stream that
 * breaks makes the response's body fail. What `fetch` cannot relay unchanged is refused (docs/gateway-hosts.md).
 */
export function createFetchGateway(
  settings: GatewaySettings,
  { fetch, joinSocket, ...tools }: GatewayTools & Pick<FetchHost, 'joinSocket'> & { fetch?: Send },
): FetchGateway {
  const gateway = createGateway(settings, tools)
  return (request, target = targetOf(request), socketAddress) =>
    new Promise((resolve) => {
      // Looked up for each request: some hosts replace the global one after modules have loaded.
      const send: Send = (url, init) => (fetch ?? globalThis.fetch)(url, init)
      const facts = { target, ...(socketAddress !== undefined && { socketAddress }) }
      const host = { send, ...(joinSocket && { joinSocket }) }
      void serve(createFetchExchange(request, facts, resolve, host, settings), gateway)
    })
}

function targetOf({ url }: Request): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
