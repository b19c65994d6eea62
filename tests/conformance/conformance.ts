import { describe } from 'vitest'
import type { ConformingHost } from './conforming-host.ts'
import { describeClient } from './openai-client.ts'
import { describeWire } from './wire.ts'

/** What every host of the gateway promises, whatever it runs on: one suite, many hosts. */
export function conformance(hostName: string, start: () => Promise<ConformingHost>): void {
  describe(`${hostName}: the official client`, () => describeClient(start))
  describe(`${hostName}: the wire`, () => describeWire(start))
}
