import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { headOf, openRequest, readToEnd } from './clients.ts'
import { carriers, type TestHost } from './hosts.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ keepBodies: false })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

/** A body whose next chunk is written only when the test says so. */
function createHeldBody() {
  let next = Promise.withResolvers<string | undefined>()
  async function* chunks() {
    for (;;) {
      const chunk = await next.promise
      if (chunk === undefined) return
      next = Promise.withResolvers()
      yield chunk
    }
  }
  return {
    chunks: chunks(),
    write: (chunk: string) => next.resolve(chunk),
    end: () => next.resolve(undefined),
  }
}

async function nextChunk(response: IncomingMessage): Promise<string> {
  const [chunk] = await once(response, 'data')
  return String(chunk)
}

const MIB = 1024 * 1024
const TOTAL_BYTES = 192 * MIB
/** What sockets of three programs, their kernels' buffers and Node's streams may hold in all; measured 10 to 20 MiB. */
const MAX_AHEAD_BYTES = 64 * MIB

/** Deterministic bytes, told how many were taken from it. */
function createSource() {
  const source = { taken: 0, hash: createHash('sha256'), chunks }
  function* chunks() {
    for (let i = 0; source.taken < TOTAL_BYTES; i++) {
      const chunk = Buffer.alloc(MIB, i)
      source.hash.update(chunk)
      source.taken += chunk.length
      yield chunk
    }
  }
  return source
}

describe.each(carriers)('%s carrier: streams', (_, start) => {
  let host: TestHost
  beforeAll(async () => {
    host = await start({ upstreamUrl: upstream.url })
  })
  afterAll(() => host.close())

  it('passes on the head before there is a body', async () => {
    const held = createHeldBody()
    upstream.script(answer.sse(held.chunks))
    const req = openRequest(host, '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    held.end()
    expect((await readToEnd(response)).broken).toBe(false)
  })

  it('passes on each event when it comes: none held back, merged or changed', async () => {
    const held = createHeldBody()
    upstream.script(answer.sse(held.chunks))
    const req = openRequest(host, '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    for (const event of ['data: {"a":1}\n\n', ': ping\n\n', 'data: 半', '句\n\ndata: [DO', 'NE]\n\n', '\n']) {
      const arriving = nextChunk(response)
      held.write(event)
      // Upstream writes nothing more before this has arrived.
      expect(await arriving).toBe(event)
    }
    held.end()
    expect(await readToEnd(response)).toEqual({ body: Buffer.of(), broken: false })
  })

  it('passes on each piece of an upload when it comes, and an answer that begins before its end', async () => {
    upstream.script({ ...answer.body(['early']), reading: 'along' })
    const pending = upstream.nextRequest()
    const req = openRequest(host, '/v1/files')
    req.write('first')
    const received = await pending
    const response = await headOf(req)
    expect(await nextChunk(response)).toBe('early')
    req.end('last')
    expect((await readToEnd(response)).broken).toBe(false)
    expect(received.method).toBe('POST')
  })

  it('lets upstream feel a slow reader, and loses nothing', async () => {
    const source = createSource()
    upstream.script(answer.body(source.chunks()))
    const req = openRequest(host, '/v1/files/f/content', { method: 'GET' })
    req.end()
    const response = await headOf(req)
    const hash = createHash('sha256')
    let read = 0
    let maxAheadBytes = 0
    for await (const chunk of response) {
      hash.update(chunk)
      read += chunk.length
      maxAheadBytes = Math.max(maxAheadBytes, source.taken - read)
      // A reader this slow would be outrun by anything that buffers.
      await new Promise(setImmediate)
    }
    expect(maxAheadBytes).toBeLessThan(MAX_AHEAD_BYTES)
    expect([read, hash.digest('hex')]).toEqual([TOTAL_BYTES, source.hash.digest('hex')])
  })

  it('lets the caller feel an upstream that does not read', async () => {
    const reading = Promise.withResolvers<void>()
    upstream.script({ ...answer.body(waitFor(reading.promise)), reading: 'never' })
    const pending = upstream.nextRequest()
    const source = createSource()
    const req = openRequest(host, '/v1/files', { headers: { 'content-length': String(TOTAL_BYTES) } })
    const chunks = source.chunks()
    let blocked = false
    while (!blocked) {
      const { value, done } = chunks.next()
      expect(done, 'the whole upload was swallowed by the gateway').not.toBe(true)
      blocked = !(await written(req, value ?? Buffer.of()))
    }
    expect(source.taken).toBeLessThan(MAX_AHEAD_BYTES)
    await pending
    req.destroy()
  })
})

async function* waitFor(signal: Promise<void>) {
  await signal
  yield 'late'
}

/** Whether the system takes a chunk over, or the way is blocked: no progress while the loop turns many times. */
async function written(req: ReturnType<typeof openRequest>, chunk: Uint8Array): Promise<boolean> {
  let done = false
  req.write(chunk, () => {
    done = true
  })
  for (let turn = 0; turn < BLOCKED_TURNS && !done; turn++) await new Promise(setImmediate)
  return done
}

const BLOCKED_TURNS = 20_000
