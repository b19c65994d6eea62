import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isGatewayTarget } from '#lib/gateway/target.ts'
import { startNodeSite } from '#tests/support/site.ts'
import { spellings } from '../unit/gateway/spellings.ts'
import { conformance } from './conformance.ts'
import { type ConformingHost, startSite } from './conforming-host.ts'

conformance('Node host', () => startSite(startNodeSite))

describe('Node host: before Next', () => {
  let host: ConformingHost
  beforeAll(async () => {
    host = await startSite(startNodeSite)
  })
  afterAll(() => host.stop())

  it('answers every spelling of /v1 itself: with upstream’s words or a refusal, never with the site', async () => {
    const { hostname, port } = new URL(host.baseUrl)
    for (const spelling of spellings.filter(isGatewayTarget)) {
      const socket = connect(Number(port), hostname)
      const authorization = `authorization: Bearer ${host.token}`
      const head = `GET ${spelling} HTTP/1.1\r\nhost: site\r\nconnection: close\r\n${authorization}\r\n\r\n`
      socket.write(Buffer.from(head, 'latin1'))
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk)
      const answer = Buffer.concat(chunks).toString()
      // The bare 400 is Node's parser, which has not heard of anybody behind it.
      expect(answer, spelling).toMatch(
        /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$|"code":"site_|x-tain-upstream/,
      )
    }
  })
})
