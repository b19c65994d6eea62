import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, on } from '#server/demo-upstream/script-steps.ts'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun } from '#tests/support/site-client.ts'
import { call, codeOf, headOf, openRequest, readToEnd } from '../gateway/clients.ts'
import { MIB, type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, keepBodies: false })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

const LONG_LINE = `data: ${'x'.repeat(10 * MIB)}\n\n`

/** What no server should send as an event stream. None of it is the gateway's business. */
const malformed: [what: string, chunks: (string | Uint8Array)[]][] = [
  ['a line of 10 MiB', [LONG_LINE]],
  ['no line end at all', ['data: {"choices":[]}']],
  ['lines ended by CR, LF and both', ['data: 1\r\rdata: 2\n\ndata: 3\r\n\r\n', '\r', '\n']],
  ['JSON that breaks off', ['data: {"choices":[{"delta":{"con\n\n', 'data: [DONE]\n\n']],
  ['bytes that are no UTF-8', [Uint8Array.of(0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0xc3, 0x0a, 0x0a)]],
  ['zeros, a byte order mark and unknown fields', ['\ufeff\0\0:\n\nfoo: bar\nretry: x\nid: \0\n\n', ':::\n']],
  ['HTML', ['<html><body>502 Bad Gateway</body></html>']],
]

describe.each([
  ['Node site', startNodeSite],
  ['Edge site', startNextSite],
] as const)('%s: malformed answers', (_, start) => {
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url), start)
  })
  afterAll(() => probed.site.stop())

  it.each(malformed)('relays %s exactly', async (_what, chunks) => {
    upstream.script(answer.sse(chunks))
    const { status, body, broken } = await call(probed.host, '/v1/chat/completions', { body: '{}' })
    expect([status, broken]).toEqual([200, false])
    expect(sha256(body)).toBe(sha256(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)))))
  })

  it('says 502 to a megabyte of headers, and lives on', async () => {
    const headers = `x-a: ${'a'.repeat(1000)}\r\n`.repeat(1000)
    upstream.script(answer.bytes(`HTTP/1.1 200 OK\r\n${headers}\r\n`))
    const { status, body } = await call(probed.host, '/v1/models')
    expect([status, codeOf(body)]).toEqual([502, 'site_upstream_invalid'])
    expect((await call(probed.host, '/v1/models')).status).toBe(200)
  })
})

describe('Node site: the chat', () => {
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url))
  })
  afterAll(() => probed.site.stop())

  it.each(malformed)('survives %s', async (_what, chunks) => {
    const person = createSiteClient(probed.site.url)
    const path = /\/(responses|chat\/completions)$/
    upstream.script(on({ path }, answer.sse(chunks)), on({ path }, answer.text('Still here.')))
    const { end } = await readRun(person.send(newQuestion()))
    expect(end).toMatchObject({ type: 'end' })
    // No word of such a stream may be taken for a whole answer.
    expect(end).not.toMatchObject({ status: 'complete' })
    const next = await readRun(person.send(newQuestion()))
    expect(next).toMatchObject({ text: 'Still here.', end: { status: 'complete' } })
  })
})

/** What a process may grow by while it has nothing to keep. */
const ROOM_BYTES = 64 * MIB

describe('Node site: memory', () => {
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url))
    // What the first requests load and compile is not theirs.
    for (let i = 0; i < 20; i++) await call(probed.host, '/v1/chat/completions', { body: '{}' })
  })
  afterAll(() => probed.site.stop())

  const rss = async () => (await probed.state()).rssBytes

  it('stays flat under 20,000 drips of one byte, each on its own', async () => {
    const DRIPS = 20_000
    const before = await rss()
    const heard = { bytes: 0, tell: Promise.withResolvers<void>() }
    const drips = async function* () {
      for (let i = 0; i < DRIPS; i++) {
        const arrival = heard.tell.promise
        yield 'x'
        // The next one leaves when this has arrived: as slowly as a drip, and as fast as a test can be.
        if (heard.bytes <= i) await arrival
      }
    }
    upstream.script(answer.sse(drips()))
    const req = openRequest(probed.host, '/v1/chat/completions')
    req.end('{}')
    const rssSeen: number[] = []
    for await (const chunk of await headOf(req)) {
      heard.bytes += chunk.length
      heard.tell.resolve()
      heard.tell = Promise.withResolvers()
      if (heard.bytes % 5000 === 0) rssSeen.push(await rss())
    }
    expect(heard.bytes).toBe(DRIPS)
    expect(rssSeen.length).toBeGreaterThan(3)
    expect(Math.max(...rssSeen) - before).toBeLessThan(ROOM_BYTES)
  })

  describe('decompression bombs', () => {
    const UNPACKED_BYTES = 256 * MIB
    let bomb: Buffer
    let directory: string
    beforeAll(async () => {
      bomb = gzipSync(Buffer.alloc(UNPACKED_BYTES, 0x20), { level: 6 })
      directory = await mkdtemp(path.join(tmpdir(), 'tain-bomb-'))
      await writeFile(path.join(directory, 'bomb.gz'), bomb)
    })
    afterAll(() => rm(directory, { recursive: true, force: true }))

    const packed = [
      ['content-encoding', 'gzip'],
      ['content-type', 'application/json'],
    ] as const

    it.each([200, 400, 401, 403, 429])('in an answer with status %i stay packed', async (status) => {
      const before = await rss()
      upstream.script(answer.body(bomb, { status, headers: packed }))
      const arrived = await call(probed.host, '/v1/chat/completions', { body: '{}' })
      expect([arrived.status, sha256(arrived.body)]).toEqual([status, sha256(bomb)])
      expect((await rss()) - before).toBeLessThan(ROOM_BYTES)
    })

    it('in a request stay packed', async () => {
      const before = await rss()
      const pending = upstream.nextRequest()
      const headers = { 'content-encoding': 'gzip', 'content-length': String(bomb.length) }
      const req = openRequest(probed.host, '/v1/files', { headers })
      createReadStream(path.join(directory, 'bomb.gz')).pipe(req)
      await readToEnd(await headOf(req))
      const received = await pending
      expect(received.headers['content-encoding']).toBe('gzip')
      expect((await received.digest).sha256).toBe(sha256(bomb))
      expect((await rss()) - before).toBeLessThan(ROOM_BYTES)
    })
  })
})
