import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, type TestNginx } from '#tests/support/nginx.ts'
import { behindFront, startFront } from '#tests/support/nginx-front.ts'
import { startNodeSite } from '#tests/support/site.ts'
import { exchangeBytes } from '../integration/gateway/clients.ts'
import { type ConformingHost, startSite } from './conforming-host.ts'

/**
 * Requests whose end two readers could see in different places (trust.md check 45; RFC 9112, sections 5, 6.1, 6.3, 7.1
 * and 11.2; the kinds are those of "HTTP Desync Attacks" and what followed). Behind each stands a second request, which
 * nobody may ever serve.
 */
const HIDDEN = 'GET /v1/smuggled HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n\r\n'
const length = Buffer.byteLength(HIDDEN)
const chunk = `${length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`

/** The headers and the body of a POST. */
const corpus: [what: string, headers: string[], body: string][] = [
  ['length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['chunks and length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], `0\r\n\r\n${HIDDEN}`],
  ['length and chunks, whole', [`Content-Length: ${chunk.length}`, 'Transfer-Encoding: chunked'], chunk],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${length}`], HIDDEN],
  ['two lengths, the other way', [`Content-Length: ${length}`, 'Content-Length: 0'], HIDDEN],
  ['a list of lengths', [`Content-Length: 0, ${length}`], HIDDEN],
  ['a signed length', ['Content-Length: +0'], HIDDEN],
  ['a negative length', ['Content-Length: -1'], HIDDEN],
  ['a hexadecimal length', ['Content-Length: 0x0'], HIDDEN],
  ['an octal-looking length with spaces', ['Content-Length: 0 0'], HIDDEN],
  ['an endless length', [`Content-Length: ${'9'.repeat(40)}`], HIDDEN],
  ['an empty length', ['Content-Length:'], HIDDEN],
  ['a length with a word', ['Content-Length: 0abc'], HIDDEN],
  ['a space before the colon', ['Content-Length : 0'], HIDDEN],
  ['a space before the colon of chunks', ['Transfer-Encoding : chunked'], `0\r\n\r\n${HIDDEN}`],
  ['a tab before the colon', ['Transfer-Encoding\t: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['a leading space', [' Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['a folded line', ['X: y', ' Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['a folded value', ['Transfer-Encoding:', ' chunked'], `0\r\n\r\n${HIDDEN}`],
  ['an unknown coding', ['Transfer-Encoding: xchunked'], HIDDEN],
  ['a coding with a length', ['Transfer-Encoding: xchunked', 'Content-Length: 0'], HIDDEN],
  ['identity', ['Transfer-Encoding: identity', 'Content-Length: 0'], HIDDEN],
  ['chunked, identity', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${HIDDEN}`],
  ['chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['chunked and another', ['Transfer-Encoding: chunked', 'Transfer-Encoding: cow'], `0\r\n\r\n${HIDDEN}`],
  ['chunked behind a vertical tab', ['Transfer-Encoding: \x0bchunked', 'Content-Length: 0'], HIDDEN],
  ['chunked behind a null', ['Transfer-Encoding: \x00chunked', 'Content-Length: 0'], HIDDEN],
  ['quoted chunked', ['Transfer-Encoding: "chunked"', 'Content-Length: 0'], HIDDEN],
  ['chunked with a parameter', ['Transfer-Encoding: chunked;q=1', 'Content-Length: 0'], HIDDEN],
  ['a name with an underscore', ['Transfer_Encoding: chunked', 'Content-Length: 0'], ''],
  ['a carriage return in a value', ['X: a\rTransfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['a line feed alone between headers', ['X: a\nTransfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['a null in a name', ['X\x00Y: a', 'Content-Length: 0'], HIDDEN],
  ['a header without a colon', ['Nonsense', 'Content-Length: 0'], HIDDEN],
  ['an empty header name', [': x', 'Content-Length: 0'], HIDDEN],
  ['a chunk of a bad size', ['Transfer-Encoding: chunked'], `zz\r\n${HIDDEN}`],
  ['a chunk of a signed size', ['Transfer-Encoding: chunked'], `+0\r\n\r\n${HIDDEN}`],
  ['a chunk of a prefixed size', ['Transfer-Encoding: chunked'], `0x0\r\n\r\n${HIDDEN}`],
  ['a chunk of an endless size', ['Transfer-Encoding: chunked'], `${'f'.repeat(32)}\r\n${HIDDEN}`],
  ['a chunk without its line end', ['Transfer-Encoding: chunked'], `1\r\naXX0\r\n\r\n${HIDDEN}`],
  ['a chunk with a line feed alone', ['Transfer-Encoding: chunked'], `1\na\n0\n\n${HIDDEN}`],
  [
    'a chunk extension with a carriage return',
    ['Transfer-Encoding: chunked'],
    `1;a\rb\r\na\r\n0\r\n\r\n${HIDDEN}`,
  ],
  ['a chunk extension with a line feed', ['Transfer-Encoding: chunked'], `1;a\nb\r\na\r\n0\r\n\r\n${HIDDEN}`],
  ['a space before the size', ['Transfer-Encoding: chunked'], ` 0\r\n\r\n${HIDDEN}`],
  [
    'a length in the trailers',
    ['Transfer-Encoding: chunked'],
    `0\r\nContent-Length: 9\r\nX\r\n\r\n${HIDDEN}`,
  ],
]

/** The whole bytes: the connection is to be closed, so a second answer can only be the hidden request's. */
const bytesOf = (headers: readonly string[], body: string, token: string) =>
  Buffer.from(
    [
      'POST /v1/chat/completions HTTP/1.1',
      'Host: site',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Connection: close',
      ...headers,
      '',
      body.replaceAll('TOKEN', token),
    ].join('\r\n'),
    'latin1',
  )

const lines: [what: string, head: string][] = [
  ['a version that is none', 'GET /v1/models HTTP/1.x'],
  ['HTTP/0.9', 'GET /v1/models'],
  ['HTTP/2 spoken as text', 'GET /v1/models HTTP/2.0'],
  ['a target with a space', 'GET /v1/models HTTP/1.1 /v1/smuggled HTTP/1.1'],
  ['a target with a line feed', 'GET /v1/models\nX: HTTP/1.1'],
  ['a method with a null', 'GE\x00T /v1/models HTTP/1.1'],
  ['two targets by a tab', 'GET\t/v1/models\tHTTP/1.1'],
]

function smuggling(at: () => { port: number; token: string; received: { target: string }[] }): void {
  it.each(corpus)('%s: one request or none', async (_what, headers, body) => {
    const { port, token, received } = at()
    received.length = 0
    const text = await withinTime(exchangeBytes(port, bytesOf(headers, body, token)))
    expect(received.map(({ target }) => target).filter((target) => target.includes('smuggled'))).toEqual([])
    expect(text.match(/^HTTP\/1\.[01] \d{3} /gm)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  it.each(lines)('%s: refused', async (_what, head) => {
    const { port, token, received } = at()
    received.length = 0
    const text = await withinTime(
      exchangeBytes(
        port,
        Buffer.from(
          `${head}\r\nHost: x\r\nConnection: close\r\n\r\n${HIDDEN.replace('TOKEN', token)}`,
          'latin1',
        ),
      ),
    )
    expect(received.map(({ target }) => target).filter((target) => target.includes('smuggled'))).toEqual([])
    expect(text).not.toMatch(/^HTTP\/1\.[01] 2/)
  })
}

/** Whoever still waits for the rest of a body when everything was sent has not been fooled. */
async function withinTime(exchange: Promise<string>): Promise<string> {
  const waiting = Promise.withResolvers<string>()
  const timer = setTimeout(() => waiting.resolve(''), 1_000)
  const text = await Promise.race([exchange.catch(() => ''), waiting.promise])
  clearTimeout(timer)
  return text
}

const nginx = await findNginx()

describe('request smuggling', () => {
  let host: ConformingHost
  let front: TestNginx | undefined
  beforeAll(async () => {
    host = await startSite((options) =>
      startNodeSite({ ...options, env: { ...options?.env, ...behindFront } }),
    )
    if ('path' in nginx) front = await startFront(nginx.path, [host.baseUrl])
  })
  afterAll(async () => {
    await front?.stop()
    await host.stop()
  })
  const at = (port: number) => ({ port, token: host.token, received: host.upstream.received })

  describe('at the Node host', () => smuggling(() => at(Number(new URL(host.baseUrl).port))))
  describeWith(nginx, 'through nginx', () => smuggling(() => at(front?.port ?? 0)))
})
