import { afterAll, describe } from 'vitest'
import type { ConformingHost } from './conforming-host.ts'
import { describeClient } from './openai-client.ts'
import { describeWire } from './wire.ts'

/** What every host of the gateway promises, whatever it runs on: one suite, many hosts, each started once. */
export function conformance(hostName: string, start: () => Promise<ConformingHost>): void {
  describe(hostName, () => {
    let host: Promise<ConformingHost> | undefined
    const theHost = () => {
      host ??= start()
      return host
    }
    afterAll(async () => (await host)?.stop())

    describe('the official client', () => describeClient(theHost))
    describe('the wire', () => describeWire(theHost))
  })
}
