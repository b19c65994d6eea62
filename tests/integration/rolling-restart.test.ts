import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, on } from '#server/demo-upstream/script-steps.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, type TestNginx } from '#tests/support/nginx.ts'
import { behindFront, startFront } from '#tests/support/nginx-front.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { headOf, readToEnd } from './gateway/clients.ts'
import { TOKEN } from './gateway/hosts.ts'
import { settingsFor } from './trust/sites.ts'

const STREAMS = 100

describeWith(await findNginx(), 'two instances behind nginx, restarted one after the other', (program) => {
  let upstream: DemoUpstream
  let sites: Site[]
  let front: TestNginx
  const agent = new Agent({ maxSockets: STREAMS + 20 })
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    sites = await Promise.all([start(), start()])
    front = await startFront(
      program,
      sites.map(({ url }) => url),
    )
  })
  afterAll(async () => {
    agent.destroy()
    await front.stop()
    await Promise.all(sites.map((site) => site.stop()))
    await upstream.close()
  })

  const start = (port = '0') =>
    startNodeSite({ env: { ...settingsFor(upstream.url), ...behindFront, LOG_LEVEL: 'info', PORT: port } })

  const open = async (path: string, body?: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const req = request(front.url + path, { method: body ? 'POST' : 'GET', headers, agent })
    req.end(body)
    return headOf(req)
  }

  /** Streams of which everybody has the first event, and what sends the rest. */
  async function openStreams() {
    const last = Promise.withResolvers<void>()
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'data: first\n\n'
        await last.promise
        yield 'data: last\n\n'
        yield 'data: [DONE]\n\n'
      },
    }
    upstream.reset()
    upstream.script(on({ path: '/v1/chat/completions' }, { ...answer.sse(stream), times: STREAMS }))
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () => open('/v1/chat/completions', '{}')),
    )
    return { streams, finish: () => last.resolve() }
  }

  it(`cuts none of ${STREAMS} streams off and refuses nobody, whichever of them is restarted`, async () => {
    for (const [index, site] of sites.entries()) {
      const { streams, finish } = await openStreams()
      const exit = site.kill('SIGTERM')
      await expect.poll(site.output).toContain('Stopping')
      for (let i = 0; i < 40; i++) await expectServed(i % 2 ? '/v1/models' : '/healthz')
      finish()
      const whole = await Promise.all(streams.map((response) => readToEnd(response)))
      expect(whole.filter(({ broken }) => broken)).toEqual([])
      const text = 'data: first\n\ndata: last\n\ndata: [DONE]\n\n'
      expect(new Set(whole.map(({ body }) => String(body)))).toEqual(new Set([text]))
      expect(await exit).toEqual({ code: 0, signal: null })

      const again = await start(new URL(site.url).port)
      sites[index] = again
      // nginx leaves alone for a while what did not pick up; the next one is stopped when it is asked again.
      await expect
        .poll(
          async () => {
            await expectServed('/v1/models')
            return again.output()
          },
          { timeout: 15_000, interval: 200 },
        )
        .toContain('/v1/models')
    }
  }, 60_000)

  async function expectServed(path: string) {
    const response = await open(path)
    response.resume()
    expect(response.statusCode).toBe(200)
  }
})
