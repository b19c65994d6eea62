import { processSlot } from './process-slot.ts'

/**
 * The gateway of this very process, where there is one. The Node host provides it; the chat then asks it without a
 * connection in between.
 */
const provided = processSlot<typeof fetch>('inner-gateway')

export function provideInnerGateway(gatewayFetch: typeof fetch): void {
  provided.value = gatewayFetch
}

/** Its `fetch`, whatever host a URL names; undefined where the gateway is elsewhere. */
export const innerGateway = () => provided.value
