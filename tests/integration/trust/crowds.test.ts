import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { startNextSite, startNodeSite } from '#tests/support/site.ts'
import { call, headOf, openRequest, rawRequest } from '../gateway/clients.ts'
import { MIB, type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY, record: false })
})
afterEach(() => upstream.reset())
afterAll(() => upstream.close())

const times = Number.POSITIVE_INFINITY

describe.each([
  ['Node site', startNodeSite, 500],
  ['Edge site', startNextSite, 200],
] as const)('%s: slow readers of large bodies', (_, start, readers) => {
  const BODY_BYTES = 32 * MIB
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url), start)
  })
  afterAll(() => probed.site.stop())

  it(`${readers} of them cost about a megabyte each at most, and upstream waits`, async () => {
    const piece = Buffer.alloc(64 * 1024, 'x')
    let takenBytes = 0
    let lastMs = performance.now()
    const body = {
      *[Symbol.iterator]() {
        for (let sent = 0; sent < BODY_BYTES; sent += piece.length) {
          takenBytes += piece.length
          lastMs = performance.now()
          yield piece
        }
      },
    }
    upstream.script({
      ...answer.body(body, { headers: [['content-length', String(BODY_BYTES)]] }),
      times,
    })
    // What a first request loads is no reader's.
    for (let i = 0; i < 2; i++) await call(probed.host, '/v1/files/f/content')
    takenBytes = 0
    const before = (await probed.state()).rssBytes
    const sockets: Socket[] = []
    for (let i = 0; i < readers; i++) {
      const socket = connect(probed.host.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(rawRequest('/v1/files/f/content'))
      sockets.push(socket)
    }
    // Each reads the beginning, and then no more.
    await Promise.all(
      sockets.map(async (socket) => {
        await once(socket, 'data')
        socket.pause()
      }),
    )
    // Everything on the way is full once nobody asked upstream for more in a while.
    const rssSeen: number[] = []
    const deadlineMs = performance.now() + 20_000
    do rssSeen.push((await probed.state()).rssBytes)
    while (performance.now() - lastMs < 500 && performance.now() < deadlineMs)
    rssSeen.push((await probed.state()).rssBytes)
    for (const socket of sockets) socket.destroy()
    expect(takenBytes).toBeLessThan((readers * BODY_BYTES) / 2)
    expect(Math.max(...rssSeen) - before).toBeLessThan(readers * MIB)
  })
})

describe('Node site: 1,000 streams at once', () => {
  const STREAMS = 1000
  const EVENTS = 20
  const PERIOD_MS = 50
  let probed: ProbedSite
  beforeAll(async () => {
    probed = await startProbedSite(settingsFor(upstream.url))
  })
  afterAll(() => probed.site.stop())

  it('all come whole to their end', { timeout: 90_000 }, async () => {
    const texts = Array.from({ length: EVENTS }, (_, i) => `data: {"event":${i},"text":"镜"}\n\n`)
    // One beat for all streams: a timer for each would measure this process. None comes before all of them run.
    const beats = createBeats()
    const events = {
      async *[Symbol.asyncIterator]() {
        for (const text of texts) {
          await beats.next()
          yield text
        }
      },
    }
    upstream.script({ ...answer.sse(events), times })
    let running = 0
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, async () => {
        const req = openRequest(probed.host, '/v1/chat/completions')
        req.end('{}')
        const response = await headOf(req)
        if (++running === STREAMS) beats.start(PERIOD_MS)
        let body = ''
        response.setEncoding('utf8')
        for await (const text of response) body += text
        return { body, complete: response.complete }
      }),
    )
    beats.stop()
    expect(running).toBe(STREAMS)
    expect(streams.filter(({ complete }) => !complete)).toHaveLength(0)
    expect(new Set(streams.map(({ body }) => body))).toEqual(new Set([texts.join('')]))
  })
})

function createBeats() {
  let beat = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  return {
    next: () => beat.promise,
    start(periodMs: number) {
      timer = setInterval(() => {
        beat.resolve()
        beat = Promise.withResolvers()
      }, periodMs)
    },
    stop: () => clearInterval(timer),
  }
}
