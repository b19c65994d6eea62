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

describeWith(await findNginx(), 'two instances behind nginx, one of which is stopped', (program) => {
  let upstream: DemoUpstream
  let sites: [Site, Site]
  let front: TestNginx
  const agent = new Agent({ maxSockets: STREAMS + 20 })
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const start = () => startNodeSite({ env: { ...settingsFor(upstream.url), ...behindFront } })
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

  const open = async (path: string, body?: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const req = request(front.url + path, { method: body ? 'POST' : 'GET', headers, agent })
    req.end(body)
    return headOf(req)
  }

  it(`cuts none of ${STREAMS} streams off and refuses nobody`, async () => {
    const last = Promise.withResolvers<void>()
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield 'data: first\n\n'
        await last.promise
        yield 'data: last\n\n'
        yield 'data: [DONE]\n\n'
      },
    }
    const times = Number.POSITIVE_INFINITY
    upstream.script(on({ path: '/v1/chat/completions' }, { ...answer.sse(stream), times }))
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () => open('/v1/chat/completions', '{}')),
    )

    const [stopped] = sites
    const exit = stopped.kill('SIGTERM')
    await expect.poll(stopped.output).toContain('Stopping')
    for (let i = 0; i < 40; i++) {
      const later = await open(i % 2 ? '/v1/models' : '/healthz')
      later.resume()
      expect(later.statusCode).toBe(200)
    }
    last.resolve()
    const whole = await Promise.all(streams.map((response) => readToEnd(response)))
    expect(whole.filter(({ broken }) => broken)).toEqual([])
    const text = 'data: first\n\ndata: last\n\ndata: [DONE]\n\n'
    expect(new Set(whole.map(({ body }) => String(body)))).toEqual(new Set([text]))
    expect(await exit).toEqual({ code: 0, signal: null })
  })
})
