import { createCipheriv, createHash } from 'node:crypto'
import { Agent, type ClientRequest, request } from 'node:http'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault, on } from '#server/demo-upstream/script-steps.ts'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { findWorkerd, startWorker } from '#tests/support/workerd.ts'
import { bearer, call, headOf, readToEnd } from '../gateway/clients.ts'
import { startFetchCarrier, startNodeCarrier, type TestHost } from '../gateway/hosts.ts'
import { hostAt, inLanes, settingsFor } from './sites.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

type Started = Pick<TestHost, 'port' | 'close'>

const asSite = (start: typeof startNodeSite) => async (upstreamUrl: string) => {
  const site = await start({ env: settingsFor(upstreamUrl) })
  return { port: Number(new URL(site.url).port), close: site.stop }
}

/** Every host, with the number of exchanges that it is worth: those in this process are fast. */
const hosts: [name: string, runs: number, start: (upstreamUrl: string) => Promise<Started>][] = [
  ['Node carrier', 10_000, (upstreamUrl) => startNodeCarrier({ upstreamUrl })],
  ['fetch carrier', 300, (upstreamUrl) => startFetchCarrier({ upstreamUrl })],
  ['Node site', 500, asSite(startNodeSite)],
  ['Edge site', 200, asSite(startNextSite)],
]
const workerd = findWorkerd()
if ('path' in workerd) {
  hosts.push([
    'Worker',
    300,
    async (upstreamUrl) => {
      const worker = await startWorker(workerd.path, settingsFor(upstreamUrl))
      return { port: worker.port, close: worker.stop }
    },
  ])
}

/** What random bodies are cut from. The same in every run, so that a reported counterexample is the same too. */
const POOL = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(600_000))

/** A body in chunks: mostly small ones, some of many socket buffers, cut anywhere. */
const chunks = fc
  .record({
    size: fc.oneof(
      { weight: 30, arbitrary: fc.nat(600) },
      { weight: 8, arbitrary: fc.nat(20_000) },
      { weight: 1, arbitrary: fc.nat(300_000) },
    ),
    from: fc.nat(300_000),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
  })
  .map(({ size, from, cuts }) => {
    const edges = [0, ...cuts.map((cut) => Math.floor(cut * size)).sort((a, b) => a - b), size]
    return edges.slice(1).map((edge, i) => POOL.subarray(from + (edges[i] ?? 0), from + edge))
  })

const exchange = fc.record({
  up: chunks,
  down: chunks,
  tellsUp: fc.boolean(),
  tellsDown: fc.boolean(),
})
type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never

/** As many exchanges as one try of the property makes, a few of them at a time. */
const BATCH = 100
const LANES = 16

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, keepBodies: false })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

const lengthOf = (body: Uint8Array) => String(body.length)

describe.each(hosts)('%s', (_name, runs, start) => {
  let host: TestHost
  let close: () => Promise<void>
  const agent = new Agent({ keepAlive: true })
  beforeAll(async () => {
    const started = await start(upstream.url)
    host = hostAt(started.port)
    close = started.close
  })
  afterAll(async () => {
    agent.destroy()
    await close()
  })

  function open(path: string, length: string | undefined): ClientRequest {
    const headers = { ...bearer, ...(length !== undefined && { 'content-length': length }) }
    return request({ port: host.port, path, method: 'POST', headers, agent })
  }

  /** The digests of what arrived on either side. */
  async function arrivalsOf({ up, down, tellsUp, tellsDown }: Exchange, path: string) {
    const length = [['content-length', lengthOf(Buffer.concat(down))]] as const
    upstream.script(on({ path }, answer.body(down, tellsDown ? { headers: length } : {})))
    const pending = upstream.nextRequest({ path })
    const req = open(path, tellsUp ? lengthOf(Buffer.concat(up)) : undefined)
    for (const chunk of up) if (chunk.length > 0) req.write(chunk)
    req.end()
    const { body, broken } = await readToEnd(await headOf(req))
    return { broken, up: (await (await pending).digest).sha256, down: sha256(body) }
  }

  it(`${runs} random bodies in random chunks arrive unchanged, both ways`, { timeout: 60_000 }, async () => {
    const batch = fc.array(exchange, { minLength: BATCH, maxLength: BATCH })
    await fc.assert(
      fc.asyncProperty(batch, async (exchanges) => {
        const arrivals = await inLanes(exchanges, LANES, (one, i) => arrivalsOf(one, `/v1/files/${i}`))
        const sent = exchanges.map(({ up, down }) => ({
          broken: false,
          up: sha256(Buffer.concat(up)),
          down: sha256(Buffer.concat(down)),
        }))
        upstream.reset()
        expect(arrivals).toEqual(sent)
      }),
      { numRuns: runs / BATCH, endOnFailure: true },
    )
  })

  it('Chinese and emoji arrive whole, wherever between two bytes the stream pauses', async () => {
    const text = 'data: {"t":"镜子里的你 👩‍👩‍👧‍👦🏳️‍🌈 é𠮷"}\n\n'
    const bytes = Buffer.from(text)
    const cuts = Array.from(bytes, (_, i) => i).slice(1)
    const texts = await inLanes(cuts, LANES, async (cut) => {
      const seen = Promise.withResolvers<void>()
      const halves = async function* () {
        yield bytes.subarray(0, cut)
        await seen.promise
        yield bytes.subarray(cut)
      }
      const path = `/v1/cut/${cut}`
      upstream.script(on({ path }, answer.sse(halves())))
      const req = open(path, '2')
      req.end('{}')
      const response = await headOf(req)
      const decoder = new TextDecoder('utf-8', { fatal: true })
      let all = ''
      let received = 0
      for await (const chunk of response) {
        all += decoder.decode(chunk, { stream: true })
        received += chunk.length
        // Only now is the other half written, so the two cannot have come as one.
        if (received >= cut) seen.resolve()
      }
      return all + decoder.decode()
    })
    expect(new Set(texts)).toEqual(new Set([text]))
    expect(texts[0]).not.toContain('\ufffd')
  })
})

const compressors = {
  gzip: promisify(zlib.gzip),
  deflate: promisify(zlib.deflate),
  br: promisify(zlib.brotliCompress),
  zstd: promisify(zlib.zstdCompress),
}

describe('a compressed answer', () => {
  // The Node carrier: behind its front door nothing looks at bodies any more.
  let host: TestHost
  beforeAll(async () => {
    host = await startNodeCarrier({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  const text = JSON.stringify({ text: '镜'.repeat(50_000) })

  it.each(['gzip', 'deflate', 'br', 'zstd'] as const)(
    'in %s is what it was once unpacked',
    async (encoding) => {
      const packed = await compressors[encoding](text)
      upstream.script(answer.body(packed, { headers: [['content-encoding', encoding]] }))
      const response = await fetch(`http://127.0.0.1:${host.port}/v1/files/f`, { headers: bearer })
      expect([response.status, await response.text()]).toEqual([200, text])
    },
  )

  it('that breaks off is no complete one, and one that ends too early is not mended', async () => {
    const packed = await compressors.gzip(text)
    const half = packed.subarray(0, packed.length / 2)
    const headers = [['content-encoding', 'gzip']] as const
    upstream.script({
      ...answer.body([half, half], { headers }),
      ...fault.closeMidStream({ afterChunks: 1 }),
    })
    expect((await call(host, '/v1/files/f')).broken).toBe(true)

    // Well-framed and still not whole: upstream's bytes, with which no strict reader is content.
    upstream.script(answer.body(half, { headers }))
    const { body } = await call(host, '/v1/files/f')
    expect(body.equals(half)).toBe(true)
    expect(() => zlib.gunzipSync(body)).toThrow()
  })
})
