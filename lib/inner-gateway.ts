/**
 * The gateway of this very process, where there is one. The Node host provides it; the chat then asks it without a
 * connection in between.
 */

// As with the database: bundles and the Node host have copies of this module and share what was provided.
const shared = globalThis as { [key: symbol]: unknown }
const KEY = Symbol.for('tain.inner-gateway')

export function provideInnerGateway(gatewayFetch: typeof fetch): void {
  shared[KEY] = gatewayFetch
}

/** Its `fetch`, whatever host a URL names; undefined where the gateway is elsewhere. */
export const innerGateway = () => shared[KEY] as typeof fetch | undefined
