import { createFetchExchange, type Send } from './fetch-exchange.ts'
import { createGateway, serve } from './gateway.ts'
import type { GatewayLog } from './gateway-log.ts'
import type { GatewaySettings } from './gateway-settings.ts'

/** `target` is given by hosts that changed the request's URL; else it is path and query of the URL. */
export type FetchGateway = (request: Request, target?: string) => Promise<Response>

/**
 * The gateway on `fetch`, for hosts that have nothing else. It answers every request and never rejects; a stream that
 * breaks makes the response's body fail. What `fetch` cannot relay unchanged is refused (docs/gateway-hosts.md).
 */
export function createFetchGateway(
  settings: GatewaySettings,
  { log, fetch }: { log: GatewayLog; fetch?: Send },
): FetchGateway {
  const gateway = createGateway(settings, { log })
  return (request, target = targetOf(request)) =>
    new Promise((resolve) => {
      // Looked up for each request: some hosts replace the global one after modules have loaded.
      const send: Send = (url, init) => (fetch ?? globalThis.fetch)(url, init)
      void serve(createFetchExchange(request, target, resolve, send, settings), gateway)
    })
}

function targetOf({ url }: Request): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
